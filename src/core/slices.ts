/** Tenths of a second: as often as a target is looked at, and workers note how far they have come. */
export const SLICES_PER_SEC = 10;
export const SLICE_MS = 1000 / SLICES_PER_SEC;

/**
 * - `answered` responses
 * - `generatorStillMs` that the generator's own threads stood still, their mean
 * - the others as in `SignalSecond`, of a slice; `cpuMs` is CPU time
 */
export type SliceName =
  | 'answered'
  | 'generatorStillMs'
  | 'cpuMs'
  | 'quietMs'
  | 'runQueueMs'
  | 'throttledMs'
  | 'gcMs';

/**
 * What was seen within the seconds of a timeline: `SLICES_PER_SEC` values for each of its points, in its order; null is
 * not known. It is there while a result is made, and is no part of it.
 */
export type Slices = Readonly<Record<SliceName, readonly (number | null)[]>>;
