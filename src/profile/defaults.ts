/** What a run is when nothing is said: wrk's connections and seconds, and time-outs that a healthy service never meets. */
export const defaults = {
  seed: 1,
  connections: 10,
  measureMs: 10_000,
  timeoutMs: 10_000,
  connectTimeoutMs: 5_000,
  /** Bound on the default of `grace`, which is the time-out: no request is cut short of its own limit. */
  maxGraceMs: 30_000,
  /** Of gRPC, as in ghz: many calls on one connection. */
  grpcConnections: 1,
  grpcConcurrency: 50,
  maxMessageBytes: 4 * 2 ** 20,
} as const;
