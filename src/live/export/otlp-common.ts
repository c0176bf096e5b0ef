import type { Labels, RunIdentity } from './metric.js';

/** Values go on from the start of the run. */
export const CUMULATIVE = 2;
/** Of a data point: there is no value any more. */
export const NO_RECORDED_VALUE = 1;

export function resourceLabels(run: RunIdentity): Labels {
  return uniqueLabels([
    ...Object.entries(run.tags),
    ['service.name', 'zipfire'],
    ['service.version', run.version],
    ['service.instance.id', run.id],
    ['zipfire.run', run.name],
  ]);
}

/** The last of two with one name counts: names are unique. */
export function uniqueLabels(labels: Labels): Labels {
  return [...new Map(labels)];
}

/** Beyond what a double holds exactly. */
export function nanos(timeMs: number): bigint {
  return BigInt(Math.round(timeMs)) * 1_000_000n;
}
