import type { Plan } from '../../core/index.js';
import type { Arm, ArmTrials, Objective, Trial } from './runner.js';

/** As much of a plan as experiments look at. */
export const plan = {
  seed: 1,
  name: 'test',
  target: { url: 'http://127.0.0.1:1/', host: '127.0.0.1', port: 1, socketPath: null, tls: null },
  operations: [],
  load: {
    connections: 64,
    workers: 2,
    rate: null,
    pipeline: 1,
    streams: 10,
    driver: 'wire',
    http: 'auto',
    keepAlive: true,
    concurrency: null,
  },
  phases: { prefill: null, warmupMs: 0, measure: { durationMs: 1000, requests: null }, repeat: 1 },
  gates: [],
} as unknown as Plan;

export const qps: Objective = { name: 'qps', better: 'higher', unit: 'perSec', of: () => null };

export function trial(rate: number, more: Partial<Trial> = {}): Trial {
  return { qps: rate, p99Us: 1000, errorRate: 0, value: rate, met: null, invalid: [], caveats: [], ...more };
}

export function arm(name: string, settings: Readonly<Record<string, string>> = { arm: name }): Arm {
  return { name, settings, environment: {}, args: [], plan };
}

/** Arms that were run, by name. */
export function ran(runs: Readonly<Record<string, readonly Trial[]>>): ArmTrials[] {
  return Object.entries(runs).map(([name, trials]) => ({ arm: arm(name), trials, left: null }));
}
