import type { Plan } from '#zipfire/core/index.js';

type Change = Partial<Omit<Plan, 'load' | 'phases'>> & {
  readonly load?: Partial<Plan['load']>;
  readonly phases?: Partial<Plan['phases']>;
};

/** A small plan against a server of the test's own: uniform keys, a closed loop, 200 requests. */
export function planFor(port: number, { load, phases, ...change }: Change = {}): Plan {
  return {
    name: 'test',
    target: {
      url: `http://127.0.0.1:${port}/`,
      tls: null,
      host: '127.0.0.1',
      port,
      socketPath: null,
      authority: `127.0.0.1:${port}`,
      path: '/',
    },
    seed: 7,
    keys: { key: { distribution: 'uniform', n: 1000, params: {}, format: 'user_{}', scatter: true } },
    operations: [{ name: 'read', weight: 1, method: 'GET', path: '/kv/{{key}}', headers: [], body: null }],
    gates: [],
    load: {
      connections: 8,
      workers: 2,
      rate: null,
      arrivals: 'constant',
      pipeline: 1,
      streams: 1,
      concurrency: null,
      driver: 'wire',
      http: 'auto',
      keepAlive: true,
      timeoutMs: 5000,
      connectTimeoutMs: 2000,
      client: { maxRedirects: 0, proxy: null, decompress: false },
      ...load,
    },
    phases: {
      prefill: null,
      warmupMs: 0,
      measure: { durationMs: null, requests: 200 },
      repeat: 1,
      graceMs: 5000,
      ...phases,
    },
    ...change,
  };
}
