import type { FoundPattern, MissingSignal, SignalName } from './diagnosis.js';
import type { Result } from './result.js';

/** zipfire.capacity/1: the document `zipfire capacity` writes. Field names and meanings are a contract. */
export interface CapacityResult {
  readonly schema: 'zipfire.capacity/1';
  readonly tool: Result['tool'];
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly name: string;
  /** The plan that each step was made from, secrets redacted. */
  readonly plan: Readonly<Record<string, unknown>>;
  /** What was varied: the rate of an open loop, or the connections of a closed one. */
  readonly varied: 'rate' | 'connections';
  /** What a run had to meet to pass. */
  readonly gates: readonly string[];
  /** The highest rate that passed, per second; of a sweep the highest throughput. Null: none passed, or it is unstable. */
  readonly maxRate: number | null;
  /** Where the capacity lies, per second: not below `low`, not above `high`. Null: nobody knows. */
  readonly low: number | null;
  readonly high: number | null;
  /** How sure that is, in [0, 1); see docs/capacity.md. Null: not a matter of chance here. */
  readonly confidence: number | null;
  /** At `maxRate`: the median over the runs that passed. */
  readonly p99Us: number | null;
  readonly ended: CapacityEnd;
  /** Whether `low` and `high` are of the service, and were found again when they were asked for again. */
  readonly valid: boolean;
  /** Connections of the last step; of gRPC, here and below, calls in flight. */
  readonly connections: number;
  /** By rate, or by connections. */
  readonly steps: readonly CapacityStep[];
  readonly knee: CapacityKnee | null;
  /** Of a sweep with three points at least. */
  readonly usl: UslFit | null;
  /** What the service ran out of there; absent where nobody looked at it. */
  readonly limit?: CapacityLimit;
  /** What keeps the figures from saying more. */
  readonly warnings: readonly string[];
}

/**
 * Why the search was over.
 * - `found`: the bracket is as narrow as asked for
 * - `ceiling`: the highest rate that was to be tried passed; `floor`: the lowest one did not
 * - `generator`, `connections`: above `low` the generator, or the connections it may use, were the limit
 * - `unstable`: steps that had passed failed later, or a lower rate failed where a higher one passed
 * - `collapsed`: after a step that failed the service did not come back within the cool-down
 * - `time`: --max-time was over; `interrupted`: ended by hand; `failed`: a run ended in an error
 */
export type CapacityEnd =
  | 'found'
  | 'ceiling'
  | 'floor'
  | 'generator'
  | 'connections'
  | 'unstable'
  | 'collapsed'
  | 'time'
  | 'interrupted'
  | 'failed';

/** `generator`, `connections`: it did not meet the gates, and that says nothing of the service. */
export type CapacityVerdict = 'pass' | 'fail' | 'generator' | 'connections';

export interface CapacityStep {
  /** Requests per second asked for; null in a closed loop. */
  readonly rate: number | null;
  readonly connections: number;
  /** Medians over the runs. Responses per second. */
  readonly achieved: number;
  readonly errorRate: number;
  readonly meanUs: number | null;
  readonly p50Us: number | null;
  readonly p99Us: number | null;
  /** Latencies in the run that has the fewest. */
  readonly samples: number;
  /** Whether it passed; null where that was not decided. */
  readonly ok: boolean | null;
  readonly verdict: CapacityVerdict | 'undecided';
  /** Whether some of its runs passed and others did not. */
  readonly flaps: boolean;
  /** Of the service: medians over the runs; absent where nobody looked at it. */
  readonly signals?: TypicalSignals;
  readonly runs: readonly CapacityRun[];
}

/** Medians over the seconds of a run; null: not known. */
export type TypicalSignals = Readonly<Record<SignalName, number | null>>;

export interface CapacityRun {
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly connections: number;
  readonly achieved: number;
  readonly errorRate: number;
  readonly meanUs: number | null;
  readonly p50Us: number | null;
  readonly p99Us: number | null;
  readonly samples: number;
  readonly verdict: CapacityVerdict;
  /** What it failed by; null: nothing. */
  readonly why: string | null;
  readonly signals?: TypicalSignals;
}

/** What the service did in the runs that were more than it could carry, close above what it carries. */
export interface CapacityLimit {
  /** The steps whose runs these are. */
  readonly at: readonly { readonly rate: number | null; readonly connections: number }[];
  readonly runs: number;
  /** Seconds that were judged. */
  readonly seconds: number;
  /** What it ran out of, or waited for; empty: none that could be named. */
  readonly patterns: readonly FoundPattern[];
  /** What is no proof: it held just as much at a rate that was carried with ease, or left room. */
  readonly unproven: readonly FoundPattern[];
  /** One sentence with the figures. */
  readonly summary: string;
  /** Why nothing was judged; absent where it was. */
  readonly why?: string;
  /** Who was looked at; null: not known. */
  readonly target: {
    readonly pid: number | null;
    readonly processes: number;
    readonly page: string | null;
    readonly runtime: string | null;
    readonly cpuLimit: number | null;
    readonly missing: readonly MissingSignal[];
  } | null;
}

/** Where throughput over latency is highest: beyond it latency grows by more than throughput does. */
export interface CapacityKnee {
  readonly rate: number | null;
  /** Null where the rate was varied. */
  readonly connections: number | null;
  readonly p99Us: number | null;
}

/** The Universal Scalability Law, X(N) = λN ÷ (1 + σ(N − 1) + κN(N − 1)). */
export interface UslFit {
  /** Contention: the share that is done one at a time; ≥ 0. */
  readonly sigma: number;
  /** Coherence: what every pair of requests costs the two of them; ≥ 0. */
  readonly kappa: number;
  /** Throughput of one connection by the law, per second. */
  readonly lambda: number;
  /** Highest throughput by the law, per second; the asymptote where there is no peak. Null: without bound. */
  readonly peak: number | null;
  /** Connections at the peak; null: there is none. */
  readonly peakConnections: number | null;
  /** Share of the variance of the throughput that the law explains; may be below 0. */
  readonly r2: number;
  /** Root mean square of the relative residuals. */
  readonly residual: number;
  /** Whether the law may be believed; `reasons` say why not. */
  readonly fits: boolean;
  readonly reasons: readonly string[];
}
