import type { GrpcCall, GrpcPlan } from './call.js';
import type { KeySpec } from './keys.js';
import type { Replay } from './replay.js';
import type { CaptureSpec, PlanSequence } from './sequence.js';
import type { LevelStage, RateStage } from './stages.js';

/**
 * A run, resolved: what a profile and flags become once every default is filled in and every value checked.
 * Plain data, so that it can be cloned to a worker and printed into the result.
 */
export interface Plan {
  readonly name: string;
  /** What the run is told apart by later, as its user wants it. Absent where there is nothing. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly target: Target;
  /** Everything random follows from it. An integer in [0, 2^32). */
  readonly seed: number;
  readonly keys: Readonly<Record<string, KeySpec>>;
  /** Rows of files that requests are filled with, by name: `{{users.id}}`. Absent when there are none. */
  readonly data?: Readonly<Record<string, Feeder>>;
  /** At least one, of a total weight above 0. */
  readonly operations: readonly PlanOperation[];
  /** What users send step by step. Absent when there are none. */
  readonly sequences?: readonly PlanSequence[];
  /** Each user keeps the cookies that it is given, and sends them. Absent: nobody does. */
  readonly cookies?: true;
  /** Present when, and only when, the operations are gRPC calls. */
  readonly grpc?: GrpcPlan;
  readonly load: Load;
  readonly phases: Phases;
  /** Path of the module that makes or judges requests; see `Script`. Absent: none does. */
  readonly script?: string;
  /** The log whose requests are sent; the operations are then its methods. Absent: there is none. */
  readonly replay?: Replay;
  /** Absent: no request is traced. */
  readonly trace?: TraceSpec;
  /** What the tuning advisor is to pass over, by id of the rule, each with the reason. Absent: nothing. */
  readonly ignore?: Readonly<Record<string, string>>;
  /** Gates as written: `p99 < 380ms`. Parsed once when the plan was made, so these are well-formed. */
  readonly gates: readonly string[];
  /**
   * Values of environment variables whose names look secret, so that no report shows them wherever they ended
   * up. Absent when there are none. `redactPlan` takes them out, this field with them.
   */
  readonly secrets?: readonly string[];
}

export interface Target {
  /** As given, without user and password. */
  readonly url: string;
  readonly tls: TlsOptions | null;
  /** Host name or address to connect to, without brackets; ignored with `socketPath`. */
  readonly host: string;
  readonly port: number;
  /** Path of a unix socket, or null. */
  readonly socketPath: string | null;
  /** What the Host header says: `host` or `host:port`. */
  readonly authority: string;
  /** Path and query of the URL, `/` at least. */
  readonly path: string;
}

/** PEM texts, already read from their files. */
export interface TlsOptions {
  /** Name sent by SNI and checked against the certificate; empty when the host is an address. */
  readonly serverName: string;
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
  /** Accept any certificate. */
  readonly insecure: boolean;
}

export interface PlanOperation {
  readonly name: string;
  /**
   * The operation that this is a part of, where that has headers with weights: `read` of `read[x-env=canary]`.
   * The parts of one operation follow one another. Absent: it stands by itself.
   */
  readonly partOf?: string;
  /** Of a part: its share of that operation's requests, in [0, 1]. */
  readonly share?: number;
  /** Share of the hits, relative to the other operations and to the sequences. Finite, ≥ 0. */
  readonly weight: number;
  readonly method: string;
  /** Template of path and query. */
  readonly path: string;
  /** Names, and templates of values, in order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: BodySpec | null;
  /** Absent: nothing is captured. */
  readonly captures?: readonly CaptureSpec[];
  /** What makes it a gRPC call; method, path and body then follow from it, and the headers are metadata. */
  readonly call?: GrpcCall;
}

export type BodySpec =
  | { readonly kind: 'text'; readonly template: string }
  /** The content of a file, base64 (it may be binary), sent as it is. */
  | { readonly kind: 'file'; readonly path: string; readonly base64: string }
  /** So many bytes: the same for every hit, or fresh for each from (seed, hit). */
  | { readonly kind: 'bytes'; readonly size: number | SizeSpec; readonly random: boolean };

/** Sizes drawn for each hit, whole bytes. Bounds are inclusive, and the upper one is that of bodies at most. */
export type SizeSpec =
  | { readonly kind: 'uniform'; readonly min: number; readonly max: number }
  /** ln(size) is normal around ln(median), of deviation `sigma` > 0; what lies beyond a bound becomes the bound. */
  | {
      readonly kind: 'lognormal';
      readonly median: number;
      readonly sigma: number;
      readonly min: number;
      readonly max: number;
    }
  /** `sizes[i]` in `weights[i]` of the sum of the weights, which is above 0. */
  | { readonly kind: 'weighted'; readonly sizes: readonly number[]; readonly weights: readonly number[] };

/** Rows that requests are filled with. */
export interface Feeder {
  /** The file, as given. */
  readonly file: string;
  readonly order: FeederOrder;
  /** Whether the run ends with the rows; else they begin again. For `sequential`. */
  readonly once: boolean;
  readonly table: RowTable;
}

/** Which row a hit takes; it follows from (seed, hit) alone. */
export type FeederOrder =
  /** Hit k takes row k mod rows. */
  | { readonly kind: 'sequential' }
  /** Each row as likely as the others. */
  | { readonly kind: 'random' }
  /** The row whose number is the hit's key. */
  | { readonly kind: 'keys'; readonly keys: string };

/**
 * A table of byte strings, of the columns that are used. The arrays lie in shared memory: workers read the same
 * bytes, and none has a copy.
 */
export interface RowTable {
  readonly columns: readonly string[];
  /** ≥ 1 */
  readonly rows: number;
  /** The cells, row by row, one after the other. */
  readonly bytes: Uint8Array;
  /** Where cell `row * columns + column` ends, and the next one begins. */
  readonly ends: Uint32Array;
  /** Columns whose values may all stand in a request target as they are. */
  readonly plain: readonly boolean[];
}

/** W3C Trace Context: requests that carry a `traceparent`. */
export interface TraceSpec {
  /** Of all hits, in (0, 1]. */
  readonly share: number;
}

export interface Load {
  /** Connections in all, shared out over the workers. */
  readonly connections: number;
  /** Worker threads, 1 ≤ workers ≤ connections. */
  readonly workers: number;
  /** Requests per second of an open loop, on average where there are stages; null is a closed loop. */
  readonly rate: number | null;
  /** The rate of an open loop over time. Absent: it stays what it is. */
  readonly stages?: readonly RateStage[];
  /** How many of the connections are used, over time, each number ≥ workers. Absent: all of them. */
  readonly connectionStages?: readonly LevelStage[];
  /** How many requests may be in flight in all, over time, each number ≥ workers. Absent: as many as fit. */
  readonly concurrencyStages?: readonly LevelStage[];
  readonly arrivals: 'constant' | 'poisson';
  /** Requests in flight on one HTTP/1.1 connection. */
  readonly pipeline: number;
  /** Requests in flight on one HTTP/2 connection. */
  readonly streams: number;
  /** Requests in flight in all, where that is less than the connections hold; null: as many as they hold. */
  readonly concurrency: number | null;
  readonly driver: DriverName;
  /** Which HTTP to speak; `auto` asks by ALPN over TLS, and is HTTP/1.1 without TLS. */
  readonly http: 'auto' | '1' | '2';
  readonly keepAlive: boolean;
  /** From the send of a request to the last byte of its response. */
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  /** An HTTP/2 connection on which nothing came for so long is asked by a PING whether it lives. Absent: none is. */
  readonly pingAfterMs?: number;
  /** Over which of the target's addresses connections go. Absent: one, the first that accepts, to the end. */
  readonly lbStrategy?: LbStrategy;
  /** For the undici driver alone. */
  readonly client: ClientOptions;
}

/** `wire`: zipfire's own HTTP on sockets. `undici`: a full client, slower. `grpc`: gRPC calls, for targets that are. */
export type DriverName = 'wire' | 'undici' | 'grpc';

/**
 * How connections take the addresses that the target's name stands for. `pick_first`: all take the first that accepts.
 * `round_robin`: each takes the next one. With both a connection that cannot be made is tried at the next address.
 */
export type LbStrategy = 'pick_first' | 'round_robin';

export interface ClientOptions {
  /** Redirects to follow; 0 reports the redirect itself. */
  readonly maxRedirects: number;
  /** URL of an HTTP proxy, or null. */
  readonly proxy: string | null;
  /** Ask for compressed responses and decompress them. */
  readonly decompress: boolean;
}

export interface Phases {
  readonly prefill: Prefill | null;
  readonly warmupMs: number;
  readonly measure: Measure;
  /** Times the measured phase runs; ≥ 1. */
  readonly repeat: number;
  /** How long responses may still come in after the last send. */
  readonly graceMs: number;
}

export interface Prefill {
  readonly operation: string;
  /** The key generator whose `count` most popular keys are written. */
  readonly keys: string;
  readonly count: number;
  /** Writes per second; absent: as fast as the responses come. */
  readonly rate?: number | undefined;
}

/** Whichever bound is met first ends the phase; at least one is not null. */
export interface Measure {
  readonly durationMs: number | null;
  readonly requests: number | null;
}
