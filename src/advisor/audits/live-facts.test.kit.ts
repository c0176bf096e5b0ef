import type { Facts } from '../facts.js';
import { generatorOf, level, loadOf, metricsOf, processOf } from './live.test.kit.js';

/** Facts of services and generators, each but for what a rule asks about as usual. */
export const quota = (cpus: number) => ({ cgroups: [level({ cpuQuotaUs: cpus * 100_000 })] });
export const memory = (bytes: number) => ({ cgroups: [level({ memoryMaxBytes: bytes })] });
export const procs = (n: number, go = 'go1.25.1') =>
  metricsOf({ go_sched_gomaxprocs_threads: n }, undefined, go);
export const limitOf = (bytes: number) => metricsOf({ go_gc_gomemlimit_bytes: bytes });
export const gc = (share: number, more = {}) =>
  metricsOf(
    {
      go_cpu_classes_gc_total_cpu_seconds_total: 100 * share,
      go_cpu_classes_total_cpu_seconds_total: 200,
      go_cpu_classes_idle_cpu_seconds_total: 100,
      ...more,
    },
    {
      go_cpu_classes_gc_total_cpu_seconds_total: 0,
      go_cpu_classes_total_cpu_seconds_total: 0,
      go_cpu_classes_idle_cpu_seconds_total: 0,
      ...more,
    },
  );
export const seconds = (length: number, point: (i: number) => object) =>
  Array.from({ length }, (_, i) => point(i));
export const throttled = (count: number, periods: number) =>
  processOf({ cgroups: [level()] }, { cgroups: [level({ periods, throttled: count })] });
export const sched = (slow: number) => {
  const name = (le: string) => `go_sched_latencies_seconds_bucket{le="${le}"}`;
  const zero = { [name('0.001')]: 0, [name('0.0104')]: 0, [name('0.1')]: 0, [name('+Inf')]: 0 };
  return metricsOf(
    { ...zero, [name('0.001')]: 0, [name('0.0104')]: 100 - slow, [name('0.1')]: 100, [name('+Inf')]: 100 },
    zero,
  );
};
export const idle = metricsOf({
  'go_sched_latencies_seconds_bucket{le="0.01"}': 9,
  'go_sched_latencies_seconds_bucket{le="+Inf"}': 9,
});
export const tooWide = metricsOf(
  {
    'go_sched_latencies_seconds_bucket{le="0.001"}': 0,
    'go_sched_latencies_seconds_bucket{le="1"}': 9,
    'go_sched_latencies_seconds_bucket{le="+Inf"}': 9,
  },
  {
    'go_sched_latencies_seconds_bucket{le="0.001"}': 0,
    'go_sched_latencies_seconds_bucket{le="1"}': 0,
    'go_sched_latencies_seconds_bucket{le="+Inf"}': 0,
  },
);
export const lag = (sec: number, cpuSec: number) =>
  metricsOf(
    { nodejs_eventloop_lag_p99_seconds: sec, process_cpu_seconds_total: cpuSec },
    { process_cpu_seconds_total: 0 },
    null,
  );
export const major = (sec: number) =>
  metricsOf(
    { 'nodejs_gc_duration_seconds_sum{kind="major"}': sec },
    { 'nodejs_gc_duration_seconds_sum{kind="major"}': 0 },
    null,
  );
export const heap = { go_gc_gomemlimit_bytes: 100, go_memstats_heap_released_bytes: 0 };
export const lateness = (p95: number | null, p99 = p95) =>
  loadOf(
    { rate: 100 },
    {
      summary: {
        ...loadOf().result.summary,
        latencyUs: { ...loadOf().result.summary.latencyUs, lateness: { p95, p99 } },
      },
    },
  );
export const generatorIs = (changes: object) =>
  loadOf({}, { generator: { ...loadOf().result.generator, ...changes } });
export const shared = (changes: Partial<Facts['generator']> = {}) =>
  generatorOf({
    sharesHost: true,
    views: processOf({}, { cpuSeconds: 5 }).views,
    hostViews: [
      { busyMs: 0, idleMs: 0 },
      { busyMs: 99, idleMs: 1 },
    ],
    ...changes,
  });
export const settings = (limit: number | null) => ({
  maxConcurrentStreams: limit,
  initialWindowBytes: 65_535,
  maxFrameBytes: 16_384,
  tcpMs: 1,
});
export const handshake = { tcpMs: 1, tlsMs: 10, n: 5, version: 'TLSv1.3' };
export const noNode = metricsOf({ process_open_fds: 1 }, undefined, null);

export const java = (flags: readonly string[], changes = {}) =>
  processOf(changes, changes, { runtime: 'java', flags });
export const onMachine = (free: number) =>
  processOf(
    {},
    {},
    { machineMemory: { totalBytes: 2 ** 30, availableBytes: free * 2 ** 30 }, environment: { GOGC: '5' } },
  );
export const fraction = (gcCpuFraction: number): Facts['expvar'] => ({
  url: 'x',
  pages: [
    { atMs: 0, gcCpuFraction, numGc: 1, pauseTotalNs: 1, heapAllocBytes: 1, nextGcBytes: 1, sysBytes: 1 },
  ],
});
