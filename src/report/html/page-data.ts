/**
 * What the page's script draws, in columns and with few digits: a file that is mailed should be small.
 * Times are in seconds from the start of the window, latencies in microseconds.
 */
export interface PageData {
  readonly curves: readonly CurveData[];
  /** Null: too short to be drawn. */
  readonly timeline: TimelineData | null;
  /** What was seen of the service; null: nobody looked, or it is too short to be drawn. */
  readonly signals: SignalData | null;
  readonly heat: HeatData | null;
  readonly keys: readonly KeyData[];
}

export interface CurveData {
  readonly kind: 'response' | 'service' | 'baseline';
  readonly label: string;
  /** −log10 of the share above: 0, 0.3 for p50, 1 for p90, 2 for p99. */
  readonly nines: readonly number[];
  readonly us: readonly number[];
}

/** Where a chart over time begins and ends, the same for all of a page, so that what lies above each other is one time. */
export type Range = readonly [fromSec: number, toSec: number];

/** One value a point; null: no data. */
export interface TimelineData {
  readonly range: Range;
  /** Where one repeat ends and the next one begins. */
  readonly repeats: readonly number[];
  /** Middles of the stretches. */
  readonly t: readonly number[];
  readonly qps: readonly number[];
  readonly targetQps: readonly (number | null)[] | null;
  readonly p50Us: readonly (number | null)[];
  readonly p99Us: readonly (number | null)[];
  readonly maxUs: readonly (number | null)[];
  /** Per second. */
  readonly errors: readonly number[];
  /** Where windows of gates were broken: stretches that do not overlap, in order. */
  readonly broken: readonly (readonly [fromSec: number, toSec: number])[];
  /** Seconds whose tail stands out, their middles, and what they are put down to. */
  readonly spikes: readonly (readonly [t: number, cause: string])[];
}

/** The service along the same timeline, one value a point; null: not known. */
export interface SignalData {
  /** As of the timeline. */
  readonly range: Range;
  readonly repeats: readonly number[];
  readonly t: readonly number[];
  readonly cores: readonly (number | null)[];
  readonly busiest: readonly (number | null)[];
  /** CPUs that it may use; null: not known. */
  readonly limit: number | null;
  /** Milliseconds of a second; those of which something is known. */
  readonly held: readonly {
    readonly what: 'collector' | 'quota' | 'waiting for a CPU' | 'quiet';
    readonly ms: readonly (number | null)[];
  }[];
}

/** Responses by stretch of time and band of latency. */
export interface HeatData {
  readonly range: Range;
  /** As of the timeline. */
  readonly repeats: readonly number[];
  /** Band b holds 10^((first + b) / perDecade) µs and up. */
  readonly perDecade: number;
  readonly first: number;
  readonly bands: number;
  readonly t: readonly number[];
  readonly lengthSec: readonly number[];
  /** Of each stretch: band, count, band, count, … */
  readonly cells: readonly (readonly number[])[];
}

/** Share of the draws that one key got, the mean over a band of ranks. */
export interface KeyData {
  readonly name: string;
  /** The geometric middle of a band. */
  readonly rank: readonly number[];
  /** Null: none was drawn. */
  readonly drawn: readonly (number | null)[];
  readonly expected: readonly (number | null)[];
}
