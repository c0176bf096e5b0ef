import type { FindingStatus, Result } from '../../core/index.js';
import type { CgroupLevel } from '../../observe/cgroup.js';
import type { Facts } from '../facts.js';
import type { LoadFacts } from '../gather/load.js';
import type { Scrape } from '../gather/metrics/facts.js';
import type { ProcessFacts, ProcessView } from '../gather/process/facts.js';
import type { NetworkView } from '../gather/process/network.js';

/** Facts of a healthy service of 10 s; each test takes what differs. */
export const level = (changes: Partial<CgroupLevel> = {}): CgroupLevel => ({
  path: '/pod/app',
  version: 2,
  cpuQuotaUs: null,
  cpuPeriodUs: 100_000,
  memoryMaxBytes: null,
  memoryHighBytes: null,
  memoryCurrentBytes: null,
  periods: 0,
  throttled: 0,
  throttledUs: 0,
  oomKills: 0,
  ...changes,
});

const tcp: NetworkView = {
  listenOverflows: 0,
  listenDrops: 0,
  outSegments: 0,
  retransSegments: 0,
  timeWait: 0,
  timeWaitMost: [],
  conntrackCount: 10,
  conntrackMax: 1000,
};

export interface ViewChanges extends Partial<Omit<ProcessView, 'tcp'>> {
  readonly tcp?: Partial<NetworkView>;
}

const view = (atMs: number, changes: ViewChanges = {}): ProcessView => ({
  atMs,
  startTicks: 1,
  cpuSeconds: 0,
  cpuWaitSeconds: 0,
  mainThreadSeconds: null,
  threads: 8,
  residentBytes: 2 ** 28,
  openFiles: 10,
  cgroups: [level()],
  ...changes,
  tcp: { ...tcp, ...changes.tcp },
});

export function processOf(
  first: ViewChanges = {},
  last: ViewChanges = first,
  more: Partial<ProcessFacts> = {},
): ProcessFacts {
  return {
    pid: 7,
    exe: '/app',
    runtime: null,
    flags: [],
    environment: {},
    allowedCpus: 8,
    hostCpus: 8,
    openFilesLimit: 1000,
    network: { somaxconn: 4096, synBacklog: 4096, portLow: 1, portHigh: 1000 },
    listeners: [{ port: 80, backlog: 4096 }],
    ...more,
    views: [view(0, first), view(10_000, last)],
  };
}

type Values = Readonly<Record<string, number>>;

/** Pages by `name` or `name{label="x"}`. */
export function metricsOf(
  last: Values,
  first: Values = last,
  go: string | null = 'go1.25.1',
): Facts['metrics'] {
  const seriesOf = (values: Values): Scrape['series'] => {
    const series: Record<string, { labels: Record<string, string>; value: number }[]> = {};
    if (go !== null) series['go_info'] = [{ labels: { version: go }, value: 1 }];
    for (const [key, value] of Object.entries(values)) {
      const [, name = key, label, of = ''] = /^(\w+)(?:\{(\w+)="(.*)"\})?$/.exec(key) ?? [];
      series[name] ??= [];
      series[name].push({ labels: label === undefined ? {} : { [label]: of }, value });
    }
    return series;
  };
  return {
    url: 'http://x/metrics',
    truncated: false,
    scrapes: [
      { atMs: 0, phase: 'before', series: seriesOf(first) },
      { atMs: 10_000, phase: 'after', series: seriesOf(last) },
    ],
  };
}

const latency = { count: 1000, mean: 1000, p50: 900, p95: 2000, p99: 4000 };

export function loadOf(changes: Partial<LoadFacts> = {}, result: object = {}): LoadFacts {
  const summary = {
    durationSec: 10,
    planned: 1000,
    completed: 1000,
    dropped: 0,
    errorRate: 0,
    qps: 10_000,
    messages: null,
    latencyUs: { response: latency, service: latency, lateness: { ...latency, p95: 10 }, failed: latency },
  };
  return {
    target: 'http://x',
    host: 'x',
    port: 80,
    tls: true,
    connections: 10,
    workers: 1,
    slots: 1,
    concurrency: null,
    rate: null,
    keepAlive: true,
    staged: false,
    ...changes,
    // Rules look at no more of a result than this.
    result: {
      summary,
      timeline: Array.from({ length: 10 }, () => ({ inFlight: 10, maxUs: 2000 })),
      connections: { protocol: 'h2', opened: 10, reconnects: 0, failed: 0 },
      errorKinds: { connect: 0 },
      faults: [],
      generator: { workers: 1, cpuPercent: 50, gcMs: 1, spinning: false, eventLoopDelayP99Ms: 1 },
      validity: { valid: true, reasons: [] },
      ...result,
    } as unknown as Pick<Result, 'summary'> as LoadFacts['result'],
  };
}

export function generatorOf(changes: Partial<Facts['generator']> = {}): Facts['generator'] {
  return {
    cpus: 4,
    sharesHost: false,
    openFilesLimit: 1000,
    network: { somaxconn: 1, synBacklog: 1, portLow: 1, portHigh: 1000 },
    views: [view(0), view(10_000)],
    hostViews: [
      { busyMs: 0, idleMs: 0 },
      { busyMs: 50, idleMs: 50 },
    ],
    ...changes,
  };
}

/** A rule, an outcome, and facts that lead to it. */
export type LiveRow = readonly [id: string, status: FindingStatus, facts: Partial<Facts>];
