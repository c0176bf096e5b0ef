import type {
  LatencySummary,
  Result,
  SignalName,
  SignalSecond,
  SliceName,
  Slices,
  Summary,
} from '../core/index.js';
import { SLICES_PER_SEC, signalNames, uniform53 } from '../core/index.js';

/** Results of made-up timelines: only what a diagnosis reads is filled in. */
const none: LatencySummary = {
  count: 0,
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

/** Random numbers that are the same in every run. */
export class Dice {
  readonly #seed: number;
  #drawn = 0;
  constructor(seed: number) {
    this.#seed = seed;
  }
  uniform(): number {
    return uniform53(this.#seed, 7, this.#drawn++, 0);
  }
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }
  /** Of a log-normal distribution around `middle`. */
  around(middle: number, sigma: number): number {
    return middle * Math.exp(sigma * this.normal());
  }
}

/** A stretch of slices, from the first of a run on. */
export interface Stretch {
  readonly from: number;
  readonly length: number;
}

/**
 * Slices of a made-up run: responses and CPU as in its seconds, spread evenly; nothing else.
 * @param change one slice of one series
 */
export function slicesOf(
  seconds: readonly MadeSecond[],
  change: (name: SliceName, slice: number, usual: number) => number = (_, __, usual) => usual,
): Slices {
  const series = (name: SliceName, usual: (second: MadeSecond) => number) =>
    seconds.flatMap((second, i) =>
      Array.from({ length: SLICES_PER_SEC }, (_, j) =>
        change(name, SLICES_PER_SEC * i + j, usual(second) / SLICES_PER_SEC),
      ),
    );
  return {
    answered: series('answered', ({ qps }) => qps),
    generatorStillMs: series('generatorStillMs', () => 0),
    cpuMs: series('cpuMs', ({ signals }) => 1000 * (signals?.cpuCores ?? 0)),
    quietMs: series('quietMs', () => 0),
    runQueueMs: series('runQueueMs', ({ signals }) => signals?.runQueueMs ?? 0),
    throttledMs: series('throttledMs', () => 0),
    gcMs: series('gcMs', ({ signals }) => signals?.gcMs ?? 0),
  };
}

export interface MadeSecond {
  readonly p99Ms: number;
  readonly maxMs?: number;
  readonly qps: number;
  readonly latenessMs?: number;
  readonly signals?: Partial<Record<SignalName, number | null>>;
}

export interface Made {
  readonly rate?: number | null;
  readonly reasons?: readonly string[];
  readonly eventLoopUtilization?: number;
  readonly cpuLimit?: number;
  readonly runtime?: string;
  readonly p99Ms?: number;
}

export function resultOf(seconds: readonly MadeSecond[], made: Made = {}): Result {
  const { rate = null, reasons = [], eventLoopUtilization = 0.4, cpuLimit = 4, runtime = null } = made;
  const empty = Object.fromEntries(signalNames.map((name) => [name, null])) as Record<SignalName, null>; // all of them
  const qps = seconds.reduce((sum, second) => sum + second.qps, 0) / seconds.length;
  const summary: Summary = {
    durationSec: seconds.length,
    planned: 1,
    sent: 1,
    completed: 1,
    ok: 1,
    errors: 0,
    dropped: 0,
    unsent: 0,
    qps,
    errorRate: 0,
    bytesIn: 0,
    bytesOut: 0,
    targetRate: rate,
    achievedRate: qps,
    messages: null,
    latencyUs: {
      response: { ...none, count: 1, p99: 1000 * (made.p99Ms ?? 10) },
      service: none,
      lateness: { ...none, p99: 100 },
      failed: none,
    },
  };
  return {
    schema: 'zipfire.result/1',
    tool: { name: 'zipfire', version: '0', node: '0', platform: 'none', cpus: 1 },
    startedAt: '2026-01-01T00:00:00.000Z',
    seed: 1,
    plan: {},
    validity: { valid: reasons.length === 0, reasons },
    summary,
    operations: [],
    statuses: {},
    grpcStatuses: {},
    errorKinds: { connect: 0, read: 0, write: 0, timeout: 0, protocol: 0, status: 0 },
    faults: [],
    connections: { protocol: null, opened: 1, reconnects: 0, failed: 0 },
    timeline: seconds.map((second, t) => ({
      t,
      sent: second.qps,
      completed: second.qps,
      errors: 0,
      qps: second.qps,
      p50Us: 500,
      p99Us: 1000 * second.p99Ms,
      maxUs: 1000 * (second.maxMs ?? 1.5 * second.p99Ms),
      inFlight: 8,
      latenessP99Us: rate === null ? null : 1000 * (second.latenessMs ?? 0.05),
    })),
    keys: {},
    traces: [],
    generator: { workers: 1, cpuPercent: 40, eventLoopUtilization, gcMs: 0, spinning: false },
    signals: {
      pid: 1,
      processes: 1,
      page: null,
      runtime,
      cpuLimit,
      missing: [],
      cost: { busyMs: 1, share: 0, looks: 1, everyMs: 100 },
      seconds: seconds.map(({ signals }, t): SignalSecond => ({ ...empty, ...signals, t })),
    },
    histograms: { response: '', service: '' },
    runs: [summary],
    gates: [],
    verdict: 'pass',
  };
}

/** A service that is well: what its signals are in a calm second. */
function calmSignals(dice: Dice): Record<SignalName, number> {
  return {
    cpuCores: dice.around(0.8, 0.1),
    busiestThread: Math.min(0.85, dice.around(0.4, 0.1)),
    wantedCpu: 0.5,
    quietMs: dice.uniform() < 0.05 ? 100 : 0,
    runQueueMs: dice.around(20, 0.5),
    voluntaryPerSec: dice.around(5000, 0.2),
    involuntaryPerSec: dice.around(300, 0.4),
    throttledMs: 0,
    throttledShare: 0,
    residentBytes: 1e8,
    gcMs: dice.uniform() < 0.3 ? dice.around(6, 0.6) : 0,
    gcCpuMs: dice.around(10, 0.5),
    cacheMissRatio: dice.around(0.04, 0.1),
    rttMs: 0,
    retransmits: dice.uniform() < 0.1 ? 1 : 0,
  };
}

export function calmSecond(dice: Dice): MadeSecond {
  return { p99Ms: dice.around(8, 0.15), qps: dice.around(1000, 0.02), signals: calmSignals(dice) };
}
