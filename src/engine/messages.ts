import type { DriverCounters, ErrorCode, Fault, Plan, Prefill, Snapshot } from '../core/index.js';
import type { Whereabouts } from '../drivers/resolve.js';
import type { LogOptions } from './log/log.js';
import type { UsersReport } from './loop.js';
import type { KeptTrace } from './slow-traces.js';

/** What the coordinator and its workers say to each other. Plain data, cloned between the threads. */

/** Given to a worker as it starts. */
export interface WorkerData {
  readonly plan: Plan;
  readonly worker: number;
  readonly workers: number;
  /** Where the target is, already looked up. */
  readonly where: Whereabouts;
  /** What is to be written down of calls and connections; null: nothing. */
  readonly log: LogOptions | null;
}

export type ToWorker =
  /** Runs one phase. `startNs` is on the machine's monotonic clock, the same for all workers. */
  | { readonly type: 'run'; readonly phase: PhaseSpec; readonly startNs: number }
  /** Ends the phase early: nothing more is sent, what is in flight may still come in for `graceMs`. */
  | { readonly type: 'stop'; readonly graceMs: number }
  /** Tells the script that nothing more is sent. */
  | { readonly type: 'teardown' }
  | { readonly type: 'close' };

export type FromWorker =
  | { readonly type: 'ready'; readonly connected: number }
  | { readonly type: 'snapshot'; readonly stage: SentStage; readonly snapshot: Snapshot }
  | { readonly type: 'stage'; readonly stage: Stage }
  | { readonly type: 'done'; readonly report: PhaseReport }
  | { readonly type: 'torn-down' }
  /** Whole lines for the log. */
  | { readonly type: 'log'; readonly lines: string }
  | { readonly type: 'closed' }
  /** Ends the run: the worker could not start or go on. */
  | { readonly type: 'failed'; readonly error: WorkerError };

/** Stages that send; what the first two record is for whoever watches, not for the result. */
export type SentStage = 'prefill' | 'warmup' | 'measure';
export type Stage = SentStage | 'drain';

/** A ZipfireError taken apart, as a clone between threads loses its class. */
export interface WorkerError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
}

/** What a worker is told of a phase. */
export type PhaseSpec =
  /** Writes the `count` most popular keys of `keys`, each once. */
  | ({ readonly kind: 'prefill' } & Prefill)
  /** Warm-up and the measured window behind it, without a pause between them. */
  | {
      readonly kind: 'load';
      readonly warmupMs: number;
      readonly durationMs: number | null;
      readonly requests: number | null;
    };

/** What a worker knows at the end of a phase, besides its snapshots. */
export interface PhaseReport {
  readonly worker: number;
  /** Hits begun, sent or dropped: the first `issued` of the worker's share. */
  readonly issued: number;
  /** Those of them that ended in an error or were dropped; of interest after a prefill. */
  readonly failed: number;
  /**
   * The measured window on the shared clock. Where a number of hits bounds it, that of a closed loop ends with the last
   * outcome, and that of an open one when the next hit would be due, or with the last send if that was late.
   */
  readonly startNs: number;
  readonly endNs: number;
  /** When it would have ended, had nothing been late. */
  readonly scheduleEndNs: number;
  /** Share of the window in which the event loop was not waiting, [0, 1]. */
  readonly eventLoopUtilization: number;
  readonly gcMs: number;
  /** How late a timer fires at p99. */
  readonly eventLoopDelayP99Ms: number;
  readonly spun: boolean;
  /** Time that the script took in the window. */
  readonly scriptNs: number;
  /** Since the run began. */
  readonly counters: DriverCounters;
  /** Since the run began. */
  readonly faults: readonly Fault[];
  /** The slowest requests that were traced. */
  readonly traces: readonly KeptTrace[];
  /** Of the measured window; absent where requests belong to nobody. */
  readonly users?: UsersReport;
}
