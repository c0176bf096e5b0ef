import type { LatencySummary, Summary } from '../core/index.js';
import { type Recorded, readResult } from './read-result.js';

/** A run whose figures follow from its rate and its p99, both above 0. */
export function runOf(qps: number, p99: number, changes: Partial<Summary> = {}): Summary {
  return {
    durationSec: 10,
    planned: 20_000,
    sent: 20_000,
    completed: 20_000,
    ok: 20_000,
    errors: 0,
    dropped: 0,
    unsent: 0,
    qps,
    errorRate: 0,
    bytesIn: 1,
    bytesOut: 1,
    targetRate: null,
    achievedRate: qps,
    messages: null,
    latencyUs: {
      response: latencyOf(20_000, p99),
      service: latencyOf(20_000, p99),
      lateness: latencyOf(0, p99),
      failed: latencyOf(0, p99),
    },
    ...changes,
  };
}

export function latencyOf(count: number, p99: number): LatencySummary {
  const us = (share: number) => (count === 0 ? null : p99 * share);
  return {
    count,
    min: us(0.1),
    mean: us(0.3),
    stdev: us(0.1),
    p50: us(0.25),
    p75: us(0.4),
    p90: us(0.6),
    p95: us(0.8),
    p99: us(1),
    p99_9: us(2),
    p99_99: us(3),
    max: us(4),
  };
}

/** A result as a file would hold it, as plain data that a spec may spoil. */
export function documentOf(runs: readonly object[], changes: object = {}): Record<string, unknown> {
  return {
    schema: 'zipfire.result/1',
    tool: { name: 'zipfire', version: '0.1.0', node: 'v20.20.2', platform: 'linux x64', cpus: 2 },
    startedAt: '2026-01-02T03:04:05.678Z',
    seed: 1,
    plan: { name: 'p', target: { url: 'http://127.0.0.1:8080/' }, load: { connections: 64 }, gates: [] },
    validity: { valid: true, reasons: [] },
    connections: { protocol: 'http/1.1', opened: 64, reconnects: 0, failed: 0 },
    histograms: { response: '', service: '' },
    runs,
    verdict: 'pass',
    ...changes,
  };
}

export function recorded(name: string, runs: readonly object[], changes: object = {}): Recorded {
  return readResult(JSON.stringify(documentOf(runs, changes)), name);
}

/** Runs that spread a little, in an order of no meaning. */
export function runs(count: number, qps: number, p99: number): Summary[] {
  return Array.from({ length: count }, (_, i) => {
    const luck = 1 + 0.01 * (((i * 7) % 11) / 11 - 0.5);
    return runOf(qps * luck, p99 / luck);
  });
}
