import { parseGate } from '../../gate/index.js';

const ERRORS = 'errors < 0.1%';
/** The engine calls a run that sent less than this share invalid: so a queue that grows all along is seen. */
const CARRIED = 'qps >= 99% of rate';

/** The gates of each step, and those that are left out. */
export interface StepGates {
  readonly gates: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Errors and the rate are always asked for: a service that refuses nine of ten is fast, and carries nothing. A gate
 * that wants a number of responses cannot be met by a lower rate, however well the service does, and is left out.
 *
 * @param given gates that were parsed before, and so are well-formed
 * @param rate whether there is one; a closed loop has none to compare with
 */
export function stepGates(given: readonly string[], operations: readonly string[], rate: boolean): StepGates {
  const parsed = given.map((source) => parseGate(source, { operations, rate: 1 }));
  const fits = parsed.filter(({ limit, comparison }) => {
    if (limit.kind === 'share-of-rate') return rate;
    if (limit.kind !== 'value') return true;
    const counts = limit.unit === 'per-second' || limit.unit === 'count';
    return !(counts && comparison.startsWith('>'));
  });
  const left = parsed.filter((gate) => !fits.includes(gate)).map(({ source }) => source);
  const has = (metric: string) => fits.some((gate) => gate.operation === null && gate.metric === metric);
  return {
    gates: [
      ...fits.map(({ source }) => source),
      ...(has('errors') ? [] : [ERRORS]),
      ...(rate && !has('qps') ? [CARRIED] : []),
    ],
    warnings: left.length === 0 ? [] : [`left out, as it depends on the rate alone: ${left.join(', ')}`],
  };
}
