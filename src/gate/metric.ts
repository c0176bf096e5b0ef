import type { Result, Summary } from '../core/index.js';

/** Units that a limit can be written in, and its value then is in. `us`: microseconds, as results hold them. */
export type LimitUnit = 'us' | 'share' | 'per-second' | 'count';

/**
 * Reads a metric's value from the part of a result that a gate is about: the whole run's summary, or one
 * operation's. Null when there is no data for it, which never passes a gate; a zero is data.
 */
export type Reading = (scope: Summary, result: Result) => number | null;

/** One reading for each unit that a limit may have: `errors < 10` reads the count, `errors < 1%` the share. */
export type Readings = Readonly<Partial<Record<LimitUnit, Reading>>>;

/** What a run sends: requests, or calls. */
export type Protocol = 'http' | 'grpc';

/** Something a gate can be about. A new one is a file beside the others and a line in `metrics/index.ts`. */
export interface Metric {
  /** The names it goes by, as a gate writes them. */
  readonly names: readonly string[];
  /** Whether results hold it for each operation, or for the whole run only. */
  readonly perOperation: boolean;
  /** Whether it can be prefixed with a histogram: `service.p99`. */
  readonly ofLatency?: true;
  /** What may stand in parentheses after the name, as help shows it; absent when nothing may. */
  readonly argument?: string;
  /**
   * What it is only of; absent, or null: of all runs.
   * @param qualifier as for `readings`
   */
  readonly protocolOf?: (qualifier: string) => Protocol | null;
  /**
   * @param name the one of `names` that was written
   * @param qualifier the histogram before it or the argument after it; empty when there is none
   * @returns null when the qualifier is not one of its own
   */
  readings(name: string, qualifier: string): Readings | null;
}
