import type { GateUnit, Result, Summary } from '../core/index.js';

/** What a gate is about: the figures of a whole run or of a window of it, of all operations or of one. */
export interface Scope extends Summary {
  /** How many of the successful responses came within so many microseconds; absent: nobody counted. */
  readonly okWithin?: (us: number) => number;
  /** Of a window: whether requests were sent or in flight in it, so that none having ended is a rate of zero. */
  readonly waited?: boolean;
}

/** What there is of the whole run, or of the whole window, whichever operation a gate is about. */
export type Evidence = Pick<Result, 'statuses' | 'grpcStatuses' | 'errorKinds' | 'timeline'>;

/** Reads a metric's value. Null when there is no data for it, which never passes a gate; a zero is data. */
export type Reading = (scope: Scope, evidence: Evidence) => number | null;

/** One reading for each unit that a limit may have: `errors < 10` reads the count, `errors < 1%` the share. */
export type Readings = Readonly<Partial<Record<GateUnit, Reading>>>;

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
  /** What may stand in parentheses after the name, parted by " or ", the first as an example; absent when nothing may. */
  readonly argument?: string;
  /** False: it is known at the end of a run, and of no window of it. */
  readonly windowed?: false;
  /**
   * The length of the windows that it is of, where its argument says so.
   * @param qualifier as for `readings`
   */
  readonly windowSec?: (qualifier: string) => number | null;
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
