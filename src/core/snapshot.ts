import type { TimelinePoint } from './result.js';

/**
 * A histogram's touched buckets, two arrays of one length: `counts[i]` values fell into bucket `indices[i]`.
 * Bucket layout: `record/layout`.
 */
export interface SparseCounts {
  readonly indices: Uint32Array;
  readonly counts: Uint32Array;
  /** Exact bounds of the recorded values, ns; 0 when empty. */
  readonly minNs: number;
  readonly maxNs: number;
}

/** Messages of one interval. */
export interface MessageSnapshot {
  readonly sent: number;
  readonly received: number;
  /** See `DriverEvents.messagesReceived`; one value for each message received. */
  readonly latency: SparseCounts;
}

/** What one operation did within one interval of one worker. */
export interface OperationSnapshot {
  readonly sent: number;
  /** Outcomes by `OutcomeKind`. */
  readonly outcomes: Float64Array;
  readonly dropped: number;
  /** Responses that came in within the window, those of requests sent in the warm-up included. */
  readonly completedInWindow: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** [status code, count]: of HTTP, or of gRPC where the operation is a call. */
  readonly statuses: readonly (readonly [number, number])[];
  /** Successful responses, from the intended start. */
  readonly response: SparseCounts;
  /** Successful responses, from the send; null in a closed loop, where it is `response`. */
  readonly service: SparseCounts | null;
  /** How late the generator sent; null in a closed loop. */
  readonly lateness: SparseCounts | null;
  /** Requests that failed, from the intended start. */
  readonly failed: SparseCounts;
  /** Messages of calls with streams; null when there were none. */
  readonly messages: MessageSnapshot | null;
}

/**
 * How far one worker had come at some moments of a second, on the clock of all workers (`nowNs`): where within it
 * nothing was answered, and whether the worker itself stood still.
 */
export interface Progress {
  /** Start of the window. */
  readonly startNs: number;
  /** `SLICE_MS` apart; where they lie farther apart, the worker could not look. */
  readonly atNs: readonly number[];
  /** Responses until then, since the start of the window. */
  readonly completed: readonly number[];
}

/** What one worker did within one second of the measured phase. */
export interface Snapshot {
  readonly worker: number;
  /** Whole seconds from the start of the measured phase; outcomes of the drain lie past its end. */
  readonly second: number;
  readonly operations: readonly OperationSnapshot[];
  /** Requests in flight when the interval closed. */
  readonly inFlight: number;
  readonly progress: Progress;
}

/** One second of the measured phase, as all workers report it. */
export interface MeasuredSecond {
  /** From 1. */
  readonly repeat: number;
  /** Whole seconds from the start of the repeat's window. */
  readonly second: number;
  /** How much of it lies in the window: 1, less where the window ends in it, 0 in the drain. */
  readonly lengthSec: number;
  /** One of each worker; in the drain fewer, as some are done sooner. */
  readonly snapshots: readonly Snapshot[];
  /** Null: in the drain, after the end of the window. */
  readonly point: TimelinePoint | null;
}

/** Hears the measured phase second by second, in order. */
export interface SecondsListener {
  second(second: MeasuredSecond): void;
  /** All seconds of a repeat were said. @param durationSec length of its window */
  repeatEnds(durationSec: number): void;
}
