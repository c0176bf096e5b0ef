/**
 * How something changes over time, one stretch behind the other: the rate of an open loop, in requests per second,
 * or a number of connections or requests in flight. Whatever is after the last stage goes on as it ended.
 */
export interface ConstStage {
  readonly shape: 'const';
  readonly level: number;
  readonly durationMs: number;
}

/** A straight line. */
export interface RampStage {
  readonly shape: 'ramp';
  readonly from: number;
  readonly to: number;
  readonly durationMs: number;
}

/** `from`, then `by` more (or less, towards `to`) after each `everyMs`; the last step ends on `to`, and lasts as long. */
export interface StepStage {
  readonly shape: 'step';
  readonly from: number;
  readonly to: number;
  /** > 0. */
  readonly by: number;
  readonly everyMs: number;
}

/** `base` but for `widthMs` from `atMs` on. */
export interface SpikeStage {
  readonly shape: 'spike';
  readonly base: number;
  readonly peak: number;
  readonly atMs: number;
  readonly widthMs: number;
  readonly durationMs: number;
}

/** Begins at the mean, upwards; see `pace/curve/sine`. */
export interface SineStage {
  readonly shape: 'sine';
  /** > 0. */
  readonly mean: number;
  /** In [0, mean]. */
  readonly amplitude: number;
  readonly periodMs: number;
  readonly durationMs: number;
}

/** Of whole numbers ≥ 1. */
export type LevelStage = ConstStage | RampStage | StepStage;

/** Of rates per second, finite, ≥ 0. */
export type RateStage = LevelStage | SpikeStage | SineStage;
