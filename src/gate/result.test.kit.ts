import type { LatencySummary, OperationSummary, Result, Summary } from '../core/index.js';

/** What specs of gates need of a result; figures that no case sets are those of a small, clean, open-loop run. */
export interface Parts {
  readonly summary?: Partial<Summary>;
  readonly operations?: readonly OperationSummary[];
  readonly statuses?: Readonly<Record<string, number>>;
  readonly grpcStatuses?: Readonly<Record<string, number>>;
  readonly timeouts?: number;
  readonly timeline?: Result['timeline'];
  readonly verdict?: Result['verdict'];
  readonly validity?: Result['validity'];
  readonly gates?: Result['gates'];
}

export function latency(parts: Partial<LatencySummary> = {}): LatencySummary {
  const none = { min: null, mean: null, stdev: null, p50: null, p75: null, p90: null, p95: null };
  return { count: 0, ...none, p99: null, p99_9: null, p99_99: null, max: null, ...parts };
}

export function summary(parts: Partial<Summary> = {}): Summary {
  return {
    durationSec: 10,
    planned: 1000,
    sent: 1000,
    completed: 1000,
    ok: 1000,
    errors: 0,
    dropped: 0,
    unsent: 0,
    qps: 100,
    errorRate: 0,
    bytesIn: 0,
    bytesOut: 0,
    targetRate: 100,
    achievedRate: 100,
    messages: null,
    latencyUs: {
      response: latency({ count: 1000, p50: 500, p99: 900, p99_9: 1000, max: 1100 }),
      service: latency({ count: 1000, p99: 800 }),
      lateness: latency({ count: 1000, p99: 50 }),
      failed: latency(),
    },
    ...parts,
  };
}

export function result(parts: Parts = {}): Result {
  return {
    schema: 'zipfire.result/1',
    tool: { name: 'zipfire', version: '0', node: '20', platform: 'linux', cpus: 1 },
    startedAt: '2024-01-01T00:00:00.000Z',
    seed: 1,
    plan: {},
    validity: parts.validity ?? { valid: true, reasons: [] },
    summary: summary(parts.summary),
    operations: parts.operations ?? [],
    statuses: parts.statuses ?? { 200: 1000 },
    grpcStatuses: parts.grpcStatuses ?? {},
    errorKinds: { connect: 0, read: 0, write: 0, timeout: parts.timeouts ?? 0, protocol: 0, status: 0 },
    faults: [],
    connections: { protocol: 'http/1.1', opened: 1, reconnects: 0, failed: 0 },
    timeline: parts.timeline ?? [],
    keys: {},
    traces: [],
    generator: { workers: 1, cpuPercent: 1, eventLoopUtilization: 0, gcMs: 0, spinning: false },
    histograms: { response: '', service: '' },
    runs: [],
    gates: parts.gates ?? [],
    verdict: parts.verdict ?? 'pass',
  };
}
