import { type Result, ZipfireError } from '../core/index.js';
import type { ReportFormat } from './report-format.js';

/**
 * The order of fields in the document, as a value of the same shape as the document's type: a field that is added
 * to the result and not here does not compile. `*` stands for the names of a map, which are sorted; `null` for
 * what is written as it comes.
 */
type Shape<T> = T extends string | number | boolean | null
  ? null
  : T extends readonly (infer Item)[]
    ? Shape<Item>
    : string extends keyof T
      ? unknown extends T[keyof T]
        ? null
        : { readonly '*': Shape<T[keyof T]> }
      : { readonly [Key in keyof T]: Shape<T[Key]> };

type AnyShape = null | { readonly [key: string]: AnyShape };

const latency: Shape<Result['summary']['latencyUs']['response']> = {
  count: null,
  min: null,
  mean: null,
  stdev: null,
  p50: null,
  p75: null,
  p90: null,
  p95: null,
  p99: null,
  p99_9: null,
  p99_99: null,
  max: null,
};

const summary: Shape<Result['summary']> = {
  durationSec: null,
  planned: null,
  sent: null,
  completed: null,
  ok: null,
  errors: null,
  dropped: null,
  unsent: null,
  qps: null,
  errorRate: null,
  bytesIn: null,
  bytesOut: null,
  targetRate: null,
  achievedRate: null,
  latencyUs: { response: latency, service: latency, lateness: latency, failed: latency },
  messages: { sent: null, received: null, sentPerSec: null, receivedPerSec: null, latencyUs: latency },
};

const intervals: Shape<NonNullable<Result['intervals']>> = { t: null, lengthSec: null, response: null };

const operation: Shape<Result['operations'][number]> = {
  name: null,
  partOf: null,
  steps: null,
  ...summary,
  intervals,
};

const result: Shape<Omit<Result, 'advice'>> & { readonly advice: null } = {
  schema: null,
  tool: { name: null, version: null, node: null, platform: null, cpus: null },
  startedAt: null,
  seed: null,
  plan: null,
  verdict: null,
  validity: { valid: null, reasons: null },
  gates: {
    source: null,
    actual: null,
    limit: null,
    unit: null,
    verdict: null,
    why: null,
    windows: {
      total: null,
      held: null,
      broken: { run: null, fromSec: null, toSec: null, actual: null },
    },
    abortedAtSec: null,
  },
  summary,
  operations: operation,
  statuses: { '*': null },
  grpcStatuses: { '*': null },
  errorKinds: { connect: null, read: null, write: null, timeout: null, protocol: null, status: null },
  faults: { what: null, count: null },
  connections: { protocol: null, opened: null, reconnects: null, failed: null },
  keys: {
    '*': {
      distribution: null,
      n: null,
      drawn: null,
      examined: null,
      distinct: null,
      top1Share: null,
      top10Share: null,
      ranks: { first: null, last: null, share: null, expected: null },
    },
  },
  captures: { operation: null, name: null, captured: null, missed: null, refused: null },
  traces: { traceId: null, us: null, operation: null, status: null },
  generator: {
    workers: null,
    cpuPercent: null,
    eventLoopUtilization: null,
    gcMs: null,
    spinning: null,
    scriptShare: null,
  },
  signals: {
    pid: null,
    processes: null,
    page: null,
    runtime: null,
    cpuLimit: null,
    missing: { signal: null, why: null },
    cost: { busyMs: null, share: null, looks: null, everyMs: null },
    seconds: {
      t: null,
      cpuCores: null,
      busiestThread: null,
      wantedCpu: null,
      quietMs: null,
      runQueueMs: null,
      voluntaryPerSec: null,
      involuntaryPerSec: null,
      throttledMs: null,
      throttledShare: null,
      residentBytes: null,
      gcMs: null,
      gcCpuMs: null,
      cacheMissRatio: null,
      rttMs: null,
      retransmits: null,
    },
  },
  diagnosis: {
    patterns: {
      pattern: null,
      scope: null,
      seconds: null,
      summary: null,
      evidence: { signal: null, during: null, baseline: null, p: null },
    },
    spikes: { t: null, p99Us: null, maxUs: null, usualUs: null, causes: null, coincided: null },
    stalls: { t: null, ms: null, cause: null },
    reading: { p99: null, qps: null, cacheMisses: null, means: null },
    judgedSeconds: null,
    why: null,
  },
  runs: { ...summary, operations: operation },
  timeline: {
    t: null,
    sent: null,
    completed: null,
    errors: null,
    qps: null,
    targetQps: null,
    p50Us: null,
    p99Us: null,
    maxUs: null,
    inFlight: null,
    latenessP99Us: null,
  },
  intervals,
  histograms: { response: null, service: null },
  // A document of its own, which is always built in one order.
  advice: null,
};

/**
 * The result as JSON of two-space indent, fields in one order whatever way it was built, ending in a newline.
 * Throws a ZipfireError `internal` on NaN and Infinity, which `JSON.stringify` would pass off as null: no data.
 */
export function renderJson(document: Result): string {
  return `${JSON.stringify(ordered(document, result, 'result'), null, 2)}\n`;
}

function ordered(value: unknown, shape: AnyShape, path: string): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new ZipfireError('internal', `${path} is ${value}, which JSON cannot hold`);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item, index) => ordered(item, shape, `${path}[${index}]`));
  const fields = new Map(Object.entries(value));
  // `fromEntries` defines own properties, also one that a file names `__proto__`.
  return Object.fromEntries(
    namesInOrder([...fields.keys()], shape).map((name) => [
      name,
      ordered(fields.get(name), shapeOf(name, shape), `${path}.${name}`),
    ]),
  );
}

function namesInOrder(names: readonly string[], shape: AnyShape): readonly string[] {
  if (shape === null) return names;
  if (Object.hasOwn(shape, '*')) return names.toSorted();
  const known = Object.keys(shape).filter((name) => names.includes(name));
  return [...known, ...names.filter((name) => !Object.hasOwn(shape, name)).toSorted()];
}

function shapeOf(name: string, shape: AnyShape): AnyShape {
  if (shape === null) return null;
  if (Object.hasOwn(shape, '*')) return shape['*'] ?? null;
  return Object.hasOwn(shape, name) ? (shape[name] ?? null) : null;
}

export const json: ReportFormat = {
  flag: 'out',
  description: 'write the result as JSON',
  render: renderJson,
};
