/**
 * Everything that can be set about the target. Plain data, so that it can be cloned to a thread.
 * With the defaults the service does nothing on purpose and is as fast as node:http.
 */
export interface TargetOptions {
  /** Address or name to listen on. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Path of a unix socket to listen on in place of host and port; empty for none. */
  readonly socketPath: string;
  /** PEM of the certificate and its key, both or neither; with them the service speaks TLS. */
  readonly tlsCert: string;
  readonly tlsKey: string;

  /** Port of the same host to serve gRPC on, beside HTTP; 0 takes any free port, −1 serves none. */
  readonly grpcPort: number;
  /** Streams a client may have open on a gRPC connection at once (SETTINGS_MAX_CONCURRENT_STREAMS); 0 for no limit. */
  readonly maxStreams: number;

  /** Decides which requests fail and what each latency is. An integer in [0, 2^32). */
  readonly seed: number;

  /** A GET of a key never written: a value made from the key, or 404. */
  readonly missing: 'generate' | '404';
  /** Bytes of a generated value. */
  readonly valueBytes: number;
  readonly maxKeys: number;
  readonly maxValueBytes: number;
  /** Keys and values together. */
  readonly maxStoredBytes: number;
  /** When the store is full: drop the keys written longest ago, or answer 507. */
  readonly whenFull: 'evict' | 'refuse';
  /** A larger request body is answered with 413. */
  readonly maxBodyBytes: number;
  /** Count the requests of every key, for GET /log. */
  readonly recordKeys: boolean;

  /** Added latency, as `parseLatency` reads it. */
  readonly latency: string;
  /** Meet every delay to some microseconds by spinning the event loop: costs a whole core. */
  readonly spin: boolean;
  /** Share of the requests answered with 503 or UNAVAILABLE, in [0, 1]. */
  readonly errorShare: number;
  /** Share of the connections that are reset in the middle of their first response, in [0, 1]. */
  readonly resetShare: number;

  /** Token bucket: requests per second; 0 for no limit. */
  readonly rate: number;
  /** Tokens the bucket holds; 0 for a hundredth of a second's, and at least one. */
  readonly burst: number;
  /** Requests served at once; 0 for no limit. */
  readonly concurrency: number;
  /** What is over `rate` or `concurrency` waits its turn, or is refused: 429 for the rate, 503 for the
   * concurrency; in gRPC RESOURCE_EXHAUSTED and UNAVAILABLE. */
  readonly overLimit: 'queue' | 'refuse';
  /** Requests held at once for whatever reason; more are answered with 503. */
  readonly maxPending: number;

  /** The whole service pauses for `stallForMs` every so many milliseconds after its first request; 0 for never. */
  readonly stallEveryMs: number;
  /** One pause, so many milliseconds after the first request; 0 for none. */
  readonly stallAtMs: number;
  readonly stallForMs: number;
  /** `queue` holds requests and keeps the event loop alive; `block` blocks the thread, as a collector does. */
  readonly stallKind: 'queue' | 'block';

  /** Further connections are closed as soon as they are accepted; 0 for no limit. */
  readonly maxConnections: number;
  /** The response that reaches this count carries Connection: close; 0 for no limit, 1 for no keep-alive. */
  readonly requestsPerConnection: number;
  /** A connection without a request for so long is closed; 0 for never. */
  readonly keepAliveIdleMs: number;
  /** TCP_NODELAY; without it Nagle's algorithm holds small writes back. */
  readonly tcpNoDelay: boolean;
  /** Write the head and the body of a response apart. Without TCP_NODELAY the body then waits for a delayed ACK. */
  readonly splitWrites: boolean;
  /** How long requests in flight may still take when the target is closed. */
  readonly closeGraceMs: number;
}

export const defaultTargetOptions: TargetOptions = {
  host: '127.0.0.1',
  port: 0,
  socketPath: '',
  tlsCert: '',
  tlsKey: '',
  grpcPort: -1,
  maxStreams: 250,
  seed: 1,
  missing: 'generate',
  valueBytes: 32,
  maxKeys: 1_000_000,
  maxValueBytes: 2 ** 20,
  maxStoredBytes: 256 * 2 ** 20,
  whenFull: 'evict',
  maxBodyBytes: 2 ** 20,
  recordKeys: false,
  latency: 'none',
  spin: false,
  errorShare: 0,
  resetShare: 0,
  rate: 0,
  burst: 0,
  concurrency: 0,
  overLimit: 'queue',
  maxPending: 100_000,
  stallEveryMs: 0,
  stallAtMs: 0,
  stallForMs: 0,
  stallKind: 'queue',
  maxConnections: 0,
  requestsPerConnection: 0,
  keepAliveIdleMs: 75_000,
  tcpNoDelay: true,
  splitWrites: false,
  closeGraceMs: 1_000,
};
