import type { Validity } from './result.js';

/** zipfire.comparison/1: what `zipfire compare` writes. Field names and meanings are a contract. */
export interface Comparison {
  readonly schema: 'zipfire.comparison/1';
  /** The chance of a false alarm that was accepted, for all metrics of a pair of results together. */
  readonly alpha: number;
  /** Changes below this are not called better or worse, however sure; a ratio, 0.02 is 2 %. */
  readonly minChange: number;
  readonly base: ComparedResult;
  /** Those compared with the base, each for itself. */
  readonly results: readonly ComparedResult[];
  readonly metrics: readonly MetricComparison[];
  /** What the plans and machines differ in, besides the result itself. */
  readonly differences: readonly Difference[];
  /** What keeps the figures from saying more. */
  readonly warnings: readonly string[];
  /** Whether all measurements hold; with one that does not, `regression` says nothing. */
  readonly valid: boolean;
  /** Whether a metric is proven worse. */
  readonly regression: boolean;
}

export interface ComparedResult {
  readonly name: string;
  /** ISO 8601; empty: the result does not say. */
  readonly startedAt: string;
  readonly runs: number;
  readonly validity: Validity;
}

export interface MetricComparison {
  /** `p99`; of an operation `read.p99`. */
  readonly name: string;
  /** Which of the results is compared with the base. */
  readonly result: string;
  readonly operation: string | null;
  readonly unit: MetricUnit;
  readonly better: 'higher' | 'lower';
  readonly base: Centre;
  readonly new: Centre;
  /**
   * Hodges–Lehmann estimate of the change as a share of the base: 0.12 is 12 % more. Null where the base has zeros,
   * or there is nothing to compare.
   */
  readonly change: number | null;
  /** Where the change lies, by this metric alone; see `Interval.confidence`. */
  readonly changeInterval: Interval | null;
  /** The same estimate as a difference, in the metric's unit. */
  readonly shift: number | null;
  /** How often a new run lies above a base run, in [0, 1]; 0.5 when nothing differs. */
  readonly superiority: number | null;
  /** Of the rank-sum test; null where there is nothing to test. */
  readonly pUnadjusted: number | null;
  /** Adjusted for the other metrics of the same result. The verdict follows it. */
  readonly p: number | null;
  /** `~`: nothing is proven. */
  readonly verdict: Verdict;
  /** How many runs of each would prove a change of the size seen; null: proven, nothing to prove, or too many. */
  readonly repeatsNeeded: number | null;
}

export type Verdict = '~' | 'better' | 'worse';

/** Events per second; microseconds; a share in [0, 1]. */
export type MetricUnit = 'perSec' | 'us' | 'share';

/** Bounds between which something lies, and how often such bounds hold it. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** What the interval's making promises, in (0, 1): below what was asked for where there are too few values. */
  readonly confidence: number;
}

/** The time within which a share of the responses came. */
export interface CurvePoint {
  /** In [0, 1). */
  readonly quantile: number;
  readonly us: number;
}

/** The middle of some runs. All null but `n` when none of them has the metric. */
export interface Centre {
  readonly median: number | null;
  /** Where the median lies; of a single run nobody knows. */
  readonly low: number | null;
  readonly high: number | null;
  /** How sure that is; fewer than six runs do not reach 95 %. */
  readonly confidence: number | null;
  /** Runs that have the metric. */
  readonly n: number;
}

/** A setting that is not the same in both. */
export interface Difference {
  readonly result: string;
  /** `plan.load.connections` */
  readonly path: string;
  /** As JSON, cut where it is long; null: it is not there. */
  readonly base: string | null;
  readonly new: string | null;
}
