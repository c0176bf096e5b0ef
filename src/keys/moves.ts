import { type KeyPart, type KeyShape, type KeySpec, usageError } from '../core/index.js';

/**
 * The same generator with moves that are given by time (`everySec`) counted in hits: at a steady rate hit k is due
 * at k / rate, so that the key of a hit is still a function of its number alone.
 *
 * @param ratePerSec of an open loop that keeps it; null: there is none
 * @throws ZipfireError `usage` when moves are by time and there is no such rate
 */
export function countMoves(spec: KeySpec, ratePerSec: number | null): KeySpec {
  return { ...spec, ...counted(spec, ratePerSec) };
}

function counted(shape: KeyShape, ratePerSec: number | null): Pick<KeyShape, 'params' | 'parts'> {
  const { everySec = 0 } = shape.params;
  const parts = shape.parts?.map((part): KeyPart => ({ ...part, ...counted(part, ratePerSec) }));
  return {
    params: everySec > 0 ? { ...shape.params, every: hitsIn(everySec, ratePerSec) } : shape.params,
    ...(parts === undefined ? {} : { parts }),
  };
}

function hitsIn(everySec: number, ratePerSec: number | null): number {
  if (ratePerSec === null) {
    throw usageError(
      `everySec=${everySec} takes a steady rate: only then is it known which hit is sent when`,
      'give the load a rate (-R), or the moves in hits (every)',
    );
  }
  return Math.max(1, Math.round(everySec * ratePerSec));
}
