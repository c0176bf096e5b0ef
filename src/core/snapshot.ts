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

/** What one worker did within one second of the measured phase. */
export interface Snapshot {
  readonly worker: number;
  /** Whole seconds from the start of the measured phase; outcomes of the drain lie past its end. */
  readonly second: number;
  readonly operations: readonly OperationSnapshot[];
  /** Requests in flight when the interval closed. */
  readonly inFlight: number;
}
