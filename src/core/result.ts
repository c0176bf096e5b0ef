import type { Advice } from './advice.js';
import type { Diagnosis, TargetSignals } from './diagnosis.js';

/** zipfire.result/1: the document a run writes. Field names and meanings are a contract. */
export interface Result {
  readonly schema: 'zipfire.result/1';
  readonly tool: {
    readonly name: 'zipfire';
    readonly version: string;
    readonly node: string;
    readonly platform: string;
    readonly cpus: number;
  };
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly seed: number;
  /** The resolved plan, secrets redacted. */
  readonly plan: Readonly<Record<string, unknown>>;
  readonly validity: Validity;
  readonly summary: Summary;
  readonly operations: readonly OperationSummary[];
  /** Responses by HTTP status code. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Calls by gRPC status name. */
  readonly grpcStatuses: Readonly<Record<string, number>>;
  readonly errorKinds: ErrorKinds;
  /** What was amiss in detail, the most frequent first, 100 at most; empty where there is no more to say. */
  readonly faults: readonly Fault[];
  readonly connections: Connections;
  readonly timeline: readonly TimelinePoint[];
  /** Absent in results of versions that did not keep them. */
  readonly intervals?: readonly LatencyInterval[];
  readonly keys: Readonly<Record<string, KeyStatistics>>;
  /** The slowest of the requests that carried a traceparent, the slowest first; empty when none did. */
  readonly traces: readonly SlowTrace[];
  /** How often each capture gave a value, in the measured window; absent where nothing is captured. */
  readonly captures?: readonly CaptureSummary[];
  readonly generator: GeneratorHealth;
  /** What was seen of the target along the timeline; absent where nobody looked. */
  readonly signals?: TargetSignals;
  /** What the timeline and the signals say together; absent where nobody looked. */
  readonly diagnosis?: Diagnosis;
  /** HdrHistogram V2 compressed, base64; values in nanoseconds. */
  readonly histograms: { readonly response: string; readonly service: string };
  /** One summary for each repeat of the measured phase; `summary` is all of them together. */
  readonly runs: readonly RunSummary[];
  readonly gates: readonly GateResult[];
  /** What to mend of the target, by a run with --advise. */
  readonly advice?: Advice;
  /** `interrupted` when the run was ended by hand before its bound. */
  readonly verdict: 'pass' | 'fail' | 'invalid' | 'interrupted';
}

/**
 * Each reason is `code: fact; mend`, the code being one word that scripts can match. `generator-saturated` is not
 * said of windows below 250 ms: a burst fills any event loop.
 */
export interface Validity {
  readonly valid: boolean;
  readonly reasons: readonly string[];
}

/** planned = sent + dropped + unsent; sent = ok + errors. */
export interface Summary {
  /** Length of the measured window, without the drain. */
  readonly durationSec: number;
  readonly planned: number;
  readonly sent: number;
  /** Whole responses, whatever their status. */
  readonly completed: number;
  readonly ok: number;
  readonly errors: number;
  /** Open loop: given up because no connection was free within the time-out. */
  readonly dropped: number;
  /** Planned and never due or never sent when the run ended. */
  readonly unsent: number;
  /** Responses completed in the measured window, per second of it. */
  readonly qps: number;
  /** errors / sent, in [0, 1]; 0 when nothing was sent. */
  readonly errorRate: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Requests per second asked for; null in a closed loop. */
  readonly targetRate: number | null;
  /** Requests sent in the measured window, per second of it. */
  readonly achievedRate: number;
  readonly latencyUs: Latencies;
  /** Of calls with streams; null when none sent or received a message. */
  readonly messages: MessageSummary | null;
}

/**
 * Messages within calls: those sent and received in the measured window, by their own time and whichever call they
 * belong to, so that a rate times the window's length is its count. A call that began in the warm-up brings those
 * within the window; what comes in after its end is not among them. A window that a number of requests ends holds
 * all messages until its last outcome.
 *
 * `latencyUs`: of each message received, from the send of the request message of the same number where the client
 * streams too, else from the message before it, the first from the send of the call.
 */
export interface MessageSummary {
  readonly sent: number;
  readonly received: number;
  /** Per second of the measured window. */
  readonly sentPerSec: number;
  readonly receivedPerSec: number;
  readonly latencyUs: LatencySummary;
}

/** A repeat of the measured phase. */
export interface RunSummary extends Summary {
  /** As in the result; absent where there is but one operation, whose figures are the run's. */
  readonly operations?: readonly OperationSummary[];
}

export interface OperationSummary extends Summary {
  readonly name: string;
  /**
   * On a part of an operation with weighted headers: the operation, which is in the list too, before its parts, and
   * whose figures are those of all of them.
   */
  readonly partOf?: string;
  /**
   * On a sequence: its operations, whose own figures hold its requests. It is sent when it has ended, and `unsent` when
   * it was not begun, or the window ended before it did. Its latency runs from its first request, as due or as sent, to
   * its last response, think times and all.
   */
  readonly steps?: readonly string[];
  /** As those of the run; of a result for an interval log alone, and only where there are several operations. */
  readonly intervals?: readonly LatencyInterval[];
}

/** `response`, `service`: successful responses. `lateness`: every send. `failed`: every error. */
export interface Latencies {
  readonly response: LatencySummary;
  readonly service: LatencySummary;
  readonly lateness: LatencySummary;
  readonly failed: LatencySummary;
}

/** Microseconds. All but `count` are null when `count` is 0: no data is not a zero. */
export interface LatencySummary {
  readonly count: number;
  readonly min: number | null;
  readonly mean: number | null;
  readonly stdev: number | null;
  readonly p50: number | null;
  readonly p75: number | null;
  readonly p90: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly p99_9: number | null;
  readonly p99_99: number | null;
  readonly max: number | null;
}

export interface ErrorKinds {
  readonly connect: number;
  readonly read: number;
  readonly write: number;
  readonly timeout: number;
  readonly protocol: number;
  readonly status: number;
}

/**
 * Something that went wrong, as the protocol calls it: a code of RST_STREAM, what broke the protocol, or an example of
 * the message of a gRPC status. It may hold text from outside.
 */
export interface Fault {
  readonly what: string;
  readonly count: number;
}

export interface Connections {
  /** What was spoken: `http/1.1`, `h2` (TLS), `h2c`, or `grpc` over either; null: the driver's own choice. */
  readonly protocol: string | null;
  /** Established in all, before and during the run. */
  readonly opened: number;
  /** Established to replace one that had ended. */
  readonly reconnects: number;
  readonly failed: number;
  /** What the target's name stands for, where connections choose among it (`lbStrategy`). */
  readonly addresses?: readonly string[];
}

/** One second of the measured window; a last point may be shorter. */
export interface TimelinePoint {
  /** Seconds from the start of the window to the start of this point. */
  readonly t: number;
  readonly sent: number;
  readonly completed: number;
  readonly errors: number;
  readonly qps: number;
  /** What the stages of the load asked for in this second; absent where the rate does not change. */
  readonly targetQps?: number;
  readonly p50Us: number | null;
  readonly p99Us: number | null;
  readonly maxUs: number | null;
  readonly inFlight: number;
  readonly latenessP99Us: number | null;
}

/**
 * Response times of a stretch of the measured window: whole seconds, of a long run several together, 600 stretches at
 * most. Stretches without a response are left out. Those of the drain are in the last one, so that all together are
 * `histograms.response` in coarser buckets.
 */
export interface LatencyInterval {
  /** Seconds from the start of the window. */
  readonly t: number;
  readonly lengthSec: number;
  /** HdrHistogram V2 compressed, base64, of two significant digits; values in nanoseconds. */
  readonly response: string;
}

/** A request that can be looked up in a tracing backend. */
export interface SlowTrace {
  /** W3C trace-id: 32 hex digits. */
  readonly traceId: string;
  /** Response time, from the intended start. */
  readonly us: number;
  readonly operation: string;
  /** HTTP status, 0 without a whole response; of a gRPC call its gRPC status. */
  readonly status: number;
}

/** What successful responses of an operation gave to a capture. */
export interface CaptureSummary {
  readonly operation: string;
  readonly name: string;
  readonly captured: number;
  /** Responses that it was not in. */
  readonly missed: number;
  /** Responses that had it, but too long, or with a line break or another character that a header may not hold. */
  readonly refused: number;
}

export interface KeyStatistics {
  readonly distribution: string;
  readonly n: number;
  readonly drawn: number;
  /** How many of the drawn the figures below come from: all, or a sample when they were too many to count. */
  readonly examined: number;
  /** Different keys among the examined. */
  readonly distinct: number;
  /** Share of the examined that went to the most drawn key, and to the ten most drawn; in [0, 1]. */
  readonly top1Share: number;
  readonly top10Share: number;
  /** What each band of ranks was given, beside what it should be; absent in results of versions that did not tell. */
  readonly ranks?: readonly RankBand[];
}

/** Ranks `first` to `last`, from 1: places in the distribution's own order, the most popular first where it has one. */
export interface RankBand {
  readonly first: number;
  readonly last: number;
  /** Of the examined draws, in [0, 1]. */
  readonly share: number;
  /** What the distribution gives these ranks, in [0, 1]; of one that changes, the mean over the run. */
  readonly expected: number;
}

export interface GeneratorHealth {
  readonly workers: number;
  /** CPU time of the process over the wall time of the window; 100 is one core. */
  readonly cpuPercent: number;
  /** Of the busiest worker, in [0, 1]; close to 1 by design while an open loop spins. */
  readonly eventLoopUtilization: number;
  /** Time in garbage collection, all workers. */
  readonly gcMs: number;
  /** How late a timer fires in the worst worker, p99; absent where it was not measured. */
  readonly eventLoopDelayP99Ms?: number;
  /** Whether workers spun to meet the schedule. */
  readonly spinning: boolean;
  /** Share of the workers' time in the window that the script took, in [0, 1]; absent where there is none. */
  readonly scriptShare?: number;
}

export interface GateResult {
  readonly source: string;
  /** Of a gate on windows: the figure of the window that decides, so that it meets the limit just when the gate holds. */
  readonly actual: number | null;
  readonly limit: number | null;
  readonly verdict: 'pass' | 'fail' | 'no-data';
  /** Why there is no data, where that is not plain from the figures. */
  readonly why?: string;
  /** What both are in; absent where the gate's text alone says so. */
  readonly unit?: GateUnit;
  /** Of a gate on windows. */
  readonly windows?: GateWindows;
  /** Seconds of the timeline after which this gate ended the run; absent where it did not. */
  readonly abortedAtSec?: number;
}

/** Microseconds; a share in [0, 1]; events per second; a count; a multiple of something. */
export type GateUnit = 'us' | 'share' | 'per-second' | 'count' | 'ratio';

/** The windows that a gate was judged in. */
export interface GateWindows {
  readonly total: number;
  /** Those in which the gate's condition was met. */
  readonly held: number;
  /** The first 600 of the others. */
  readonly broken: readonly BrokenWindow[];
}

/** A window in which a condition was not met. */
export interface BrokenWindow {
  /** The repeat that it lies in, from 1. */
  readonly run: number;
  /** Where it begins and ends, seconds of the timeline. */
  readonly fromSec: number;
  readonly toSec: number;
  /** Null: there was no data. */
  readonly actual: number | null;
}
