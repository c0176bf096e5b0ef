import type { CurveData, PageData } from './page-data.js';

/** A second of the measured window: times in seconds, latencies in microseconds; null: no data. */
export interface LiveRow {
  readonly t: number;
  readonly qps: number;
  readonly targetQps: number | null;
  readonly p50Us: number | null;
  readonly p99Us: number | null;
  readonly maxUs: number | null;
  /** Per second. */
  readonly errors: number;
  /** Responses by band of latency: band, count, band, count, … Band b holds 10^(b / BANDS_A_DECADE) µs and up. */
  readonly bands: readonly number[];
}

/** Where a run stands, said once a second. */
export interface LiveUpdate {
  readonly phase: string;
  readonly run: number;
  readonly runs: number;
  readonly elapsedSec: number;
  /** Null: a number of requests bounds the phase, or nothing that is known. */
  readonly durationSec: number | null;
  readonly tiles: readonly (readonly [name: string, value: string])[];
  /** Number of the first of `rows`, from 0: what comes again has the same number. */
  readonly from: number;
  readonly rows: readonly LiveRow[];
  readonly curves: readonly CurveData[];
  /** Rows of the table of operations, as texts. */
  readonly operations: readonly (readonly string[])[];
}

/** How it ended: the report of the run, in the place of what was shown until then. */
export interface LiveEnd {
  /** Markup, everything from outside escaped in it. */
  readonly main: string;
  readonly data: PageData;
}

/** The run ended without a result. */
export interface LiveFailure {
  readonly message: string;
}

/** Rows that a page keeps: of longer runs, the last hour. */
export const MOST_LIVE_ROWS = 3600;
/** Of the heat map. */
export const MOST_HEAT_ROWS = 600;
export const BANDS_A_DECADE = 12;
/** What a page is to hear of a run, by the name of the event. */
export const liveEvents = { update: 'update', end: 'end', failure: 'failure', busy: 'busy' } as const;
