import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FindingStatus } from '../../core/index.js';
import type { Facts } from '../facts.js';
import { judgeAudit } from '../judge.js';
import { audits } from './index.js';
import { generatorOf, level, loadOf, metricsOf, processOf } from './live.test.kit.js';
import { assertShowable, outcomesIn } from './outcomes.test.kit.js';

const quota = (cpus: number) => ({ cgroups: [level({ cpuQuotaUs: cpus * 100_000 })] });
const memory = (bytes: number) => ({ cgroups: [level({ memoryMaxBytes: bytes })] });
const procs = (n: number, go = 'go1.25.1') => metricsOf({ go_sched_gomaxprocs_threads: n }, undefined, go);
const limitOf = (bytes: number) => metricsOf({ go_gc_gomemlimit_bytes: bytes });
const gc = (share: number, more = {}) =>
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
const seconds = (length: number, point: (i: number) => object) => Array.from({ length }, (_, i) => point(i));
const throttled = (count: number, periods: number) =>
  processOf({ cgroups: [level()] }, { cgroups: [level({ periods, throttled: count })] });
const sched = (slow: number) => {
  const name = (le: string) => `go_sched_latencies_seconds_bucket{le="${le}"}`;
  const zero = { [name('0.001')]: 0, [name('0.0104')]: 0, [name('0.1')]: 0, [name('+Inf')]: 0 };
  return metricsOf(
    { ...zero, [name('0.001')]: 0, [name('0.0104')]: 100 - slow, [name('0.1')]: 100, [name('+Inf')]: 100 },
    zero,
  );
};
const idle = metricsOf({
  'go_sched_latencies_seconds_bucket{le="0.01"}': 9,
  'go_sched_latencies_seconds_bucket{le="+Inf"}': 9,
});
const tooWide = metricsOf(
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
const lag = (sec: number, cpuSec: number) =>
  metricsOf(
    { nodejs_eventloop_lag_p99_seconds: sec, process_cpu_seconds_total: cpuSec },
    { process_cpu_seconds_total: 0 },
    null,
  );
const major = (sec: number) =>
  metricsOf(
    { 'nodejs_gc_duration_seconds_sum{kind="major"}': sec },
    { 'nodejs_gc_duration_seconds_sum{kind="major"}': 0 },
    null,
  );
const heap = { go_gc_gomemlimit_bytes: 100, go_memstats_heap_released_bytes: 0 };
const lateness = (p95: number | null, p99 = p95) =>
  loadOf(
    { rate: 100 },
    {
      summary: {
        ...loadOf().result.summary,
        latencyUs: { ...loadOf().result.summary.latencyUs, lateness: { p95, p99 } },
      },
    },
  );
const generatorIs = (changes: object) =>
  loadOf({}, { generator: { ...loadOf().result.generator, ...changes } });
const shared = (changes: Partial<Facts['generator']> = {}) =>
  generatorOf({
    sharesHost: true,
    views: processOf({}, { cpuSeconds: 5 }).views,
    hostViews: [
      { busyMs: 0, idleMs: 0 },
      { busyMs: 99, idleMs: 1 },
    ],
    ...changes,
  });
const settings = (limit: number | null) => ({
  maxConcurrentStreams: limit,
  initialWindowBytes: 65_535,
  maxFrameBytes: 16_384,
  tcpMs: 1,
});
const handshake = { tcpMs: 1, tlsMs: 10, n: 5, version: 'TLSv1.3' };
const noNode = metricsOf({ process_open_fds: 1 }, undefined, null);

/** Each rule, with facts for each of its outcomes. */
const java = (flags: readonly string[], changes = {}) =>
  processOf(changes, changes, { runtime: 'java', flags });
const onMachine = (free: number) =>
  processOf(
    {},
    {},
    { machineMemory: { totalBytes: 2 ** 30, availableBytes: free * 2 ** 30 }, environment: { GOGC: '5' } },
  );
const fraction = (gcCpuFraction: number): Facts['expvar'] => ({
  url: 'x',
  pages: [
    { atMs: 0, gcCpuFraction, numGc: 1, pauseTotalNs: 1, heapAllocBytes: 1, nextGcBytes: 1, sysBytes: 1 },
  ],
});

const table: readonly (readonly [string, FindingStatus, Partial<Facts>])[] = [
  ['CPU01', 'fail', { process: processOf(quota(2)), metrics: procs(8, 'go1.24.0') }],
  ['CPU01', 'pass', { process: processOf(quota(2)), metrics: procs(2) }],
  ['CPU01', 'notApplicable', { process: processOf(), metrics: procs(8) }],
  ['CPU01', 'inconclusive', { process: processOf(quota(2)), metrics: metricsOf({}) }],
  [
    'CPU02',
    'fail',
    {
      process: processOf(quota(2), quota(2), { environment: { GODEBUG: 'a=1,containermaxprocs=0' } }),
      metrics: procs(8),
    },
  ],
  [
    'CPU02',
    'fail',
    { metrics: metricsOf({ go_godebug_non_default_behavior_containermaxprocs_events_total: 1 }) },
  ],
  [
    'CPU02',
    'pass',
    { metrics: metricsOf({ go_godebug_non_default_behavior_containermaxprocs_events_total: 0 }) },
  ],
  ['CPU02', 'notApplicable', { metrics: procs(8, 'go1.24.0') }],
  ['CPU02', 'inconclusive', { metrics: procs(8) }],
  ['CPU03', 'fail', { process: processOf(quota(1.5)), metrics: procs(2) }],
  ['CPU03', 'pass', { process: processOf(quota(2)), metrics: procs(2) }],
  ['CPU03', 'notApplicable', { process: processOf(), metrics: procs(2) }],
  ['CPU03', 'inconclusive', { process: processOf(quota(1.5)), metrics: metricsOf({}) }],
  ['CPU04', 'fail', { process: processOf({}, {}, { environment: { GOMAXPROCS: '4' } }), metrics: procs(4) }],
  ['CPU04', 'pass', { process: processOf(), metrics: procs(4) }],
  [
    'CPU04',
    'notApplicable',
    { process: processOf({}, {}, { environment: { GOMAXPROCS: '4' } }), metrics: procs(4, 'go1.24') },
  ],
  [
    'CPU04',
    'inconclusive',
    { process: processOf({}, {}, { unreadable: ['environment'] }), metrics: procs(4) },
  ],
  ['CPU04', 'inconclusive', { process: processOf({}, {}, { environment: { GOMAXPROCS: '4' } }) }],
  [
    'CPU05',
    'fail',
    {
      process: processOf({ cgroups: [level(), level({ path: '/pod', cpuQuotaUs: 200_000 })] }),
      metrics: procs(8),
    },
  ],
  ['CPU05', 'pass', { process: processOf(quota(2)), metrics: procs(8) }],
  [
    'CPU05',
    'inconclusive',
    {
      process: processOf({ cgroups: [level(), level({ path: '/pod', cpuQuotaUs: 200_000 })] }),
      metrics: metricsOf({}),
    },
  ],
  ['CPU05', 'notApplicable', { process: processOf(), metrics: procs(8) }],
  ['CPU06', 'fail', { process: throttled(40, 100) }],
  ['CPU06', 'pass', { process: throttled(10, 100) }],
  ['CPU06', 'inconclusive', { process: throttled(10, 20) }],
  ['CPU06', 'notApplicable', { process: throttled(0, 0) }],
  ['CPU07', 'fail', { process: processOf({}, { cpuSeconds: 9.8 }), metrics: procs(1) }],
  ['CPU07', 'fail', { process: processOf({}, { cpuSeconds: 5, cpuWaitSeconds: 4.8 }), metrics: procs(1) }],
  ['CPU07', 'pass', { process: processOf({}, { cpuSeconds: 5 }), metrics: procs(1) }],
  ['CPU07', 'inconclusive', { process: processOf({}, { startTicks: 2 }), metrics: procs(1) }],
  ['CPU07', 'notApplicable', { process: processOf() }],
  ['CPU08', 'fail', { metrics: sched(5) }],
  ['CPU08', 'pass', { metrics: sched(0) }],
  ['CPU08', 'inconclusive', { metrics: tooWide }],
  ['CPU08', 'inconclusive', { metrics: idle }],
  ['CPU08', 'notApplicable', { metrics: procs(2) }],
  [
    'CPU09',
    'inconclusive',
    {
      metrics: metricsOf(
        {
          nodejs_eventloop_lag_p99_seconds: 0.2,
          process_cpu_seconds_total: 9.9,
          'nodejs_gc_duration_seconds_sum{kind="major"}': 2,
        },
        { process_cpu_seconds_total: 0, 'nodejs_gc_duration_seconds_sum{kind="major"}': 0 },
        null,
      ),
    },
  ],
  [
    'CPU09',
    'inconclusive',
    // Its other threads are busy: the pool that derives keys.
    {
      metrics: lag(0.2, 20),
      process: processOf({ mainThreadSeconds: 0 }, { mainThreadSeconds: 2, cpuSeconds: 20 }),
    },
  ],
  [
    'CPU09',
    'fail',
    {
      metrics: lag(0.2, 5),
      process: processOf({ mainThreadSeconds: 0 }, { mainThreadSeconds: 9.9, cpuSeconds: 5 }),
    },
  ],
  ['CPU09', 'fail', { metrics: lag(0.2, 9.9), process: processOf({}, { cpuSeconds: 9.9 }) }],
  ['CPU09', 'pass', { metrics: lag(0.01, 9.9) }],
  ['CPU09', 'inconclusive', { metrics: lag(0.2, 9.9) }],
  ['CPU09', 'inconclusive', { metrics: lag(0.2, 1), process: processOf({}, { cpuSeconds: 1 }) }],
  [
    'CPU09',
    'notApplicable',
    { metrics: lag(0.2, 9.9), process: processOf(quota(1), { ...quota(1), cpuSeconds: 9.9 }) },
  ],
  ['CPU11', 'fail', { metrics: metricsOf({ system_cpu_count: 1 }) }],
  ['CPU11', 'fail', { metrics: metricsOf({ system_cpu_count: 8 }), process: processOf(quota(2)) }],
  ['CPU11', 'pass', { metrics: metricsOf({ system_cpu_count: 2 }), process: processOf(quota(2)) }],
  ['CPU11', 'notApplicable', { metrics: procs(2) }],
  ['CPU11', 'notApplicable', { process: processOf() }],
  ['CPU11', 'notApplicable', { process: java([]) }],
  ['CPU11', 'fail', { process: java(['-XX:ActiveProcessorCount=1']) }],
  ['CPU11', 'pass', { process: java(['-XX:ActiveProcessorCount=8']) }],
  ['CPU11', 'pass', { process: java(['-XX:ActiveProcessorCount=1', '-XX:ActiveProcessorCount=8']) }],
  ['CPU11', 'pass', { process: java(['-XX:ActiveProcessorCount=2'], quota(2)) }],
  [
    'CPU11',
    'fail',
    {
      process: processOf(
        {},
        {},
        { runtime: 'java', environment: { JAVA_TOOL_OPTIONS: '-XX:ActiveProcessorCount=1' } },
      ),
      metrics: metricsOf({}, {}, null),
    },
  ],
  ['MEM01', 'fail', { process: processOf(memory(2 ** 30)), metrics: limitOf(2 ** 63) }],
  ['MEM01', 'pass', { process: processOf(memory(2 ** 30)), metrics: limitOf(2 ** 29) }],
  ['MEM01', 'notApplicable', { process: processOf(), metrics: limitOf(2 ** 63) }],
  ['MEM01', 'notApplicable', { process: processOf(memory(2 ** 30)), metrics: metricsOf({}, {}, 'go1.18') }],
  ['MEM01', 'inconclusive', { process: processOf(memory(2 ** 30)), metrics: procs(2) }],
  ['MEM02', 'fail', { process: processOf(memory(1000)), metrics: limitOf(990) }],
  ['MEM02', 'pass', { process: processOf(memory(1000)), metrics: limitOf(900) }],
  ['MEM02', 'notApplicable', { process: processOf(memory(1000)), metrics: limitOf(2 ** 63) }],
  ['MEM02', 'inconclusive', { process: processOf(memory(1000)), metrics: procs(2) }],
  ['MEM03', 'fail', { metrics: gc(0.4, { ...heap, go_memstats_sys_bytes: 97 }) }],
  ['MEM03', 'pass', { metrics: gc(0.1, { ...heap, go_memstats_sys_bytes: 97 }) }],
  ['MEM03', 'inconclusive', { metrics: metricsOf({ ...heap, go_memstats_sys_bytes: 97 }) }],
  ['MEM03', 'notApplicable', { metrics: limitOf(2 ** 63) }],
  ['MEM04', 'fail', { metrics: gc(0.3), process: processOf(memory(2 ** 30)) }],
  ['MEM04', 'pass', { metrics: gc(0.1), process: processOf(memory(2 ** 30)) }],
  ['MEM04', 'inconclusive', { metrics: gc(0.3), process: processOf() }],
  ['MEM04', 'fail', { metrics: gc(0.3), process: onMachine(0.9) }],
  ['MEM04', 'pass', { metrics: gc(0.3), process: onMachine(0.4) }],
  ['MEM04', 'fail', { expvar: fraction(0.3), process: onMachine(0.9) }],
  ['MEM04', 'pass', { expvar: fraction(0.1), process: onMachine(0.9) }],
  ['MEM04', 'notApplicable', { metrics: noNode, process: processOf() }],
  ['MEM05', 'fail', { process: processOf({}, { cgroups: [level({ oomKills: 1 })] }) }],
  ['MEM05', 'pass', { process: processOf() }],
  ['MEM05', 'inconclusive', { process: processOf({}, { startTicks: 2 }) }],
  ['MEM05', 'notApplicable', { process: processOf({ cgroups: [level({ oomKills: null })] }) }],
  ['MEM06', 'fail', { metrics: major(2) }],
  ['MEM06', 'pass', { metrics: major(0.5) }],
  [
    'MEM06',
    'inconclusive',
    { metrics: metricsOf({ 'nodejs_version_info{version="v22.1.0"}': 1 }, undefined, null) },
  ],
  ['MEM06', 'notApplicable', { metrics: noNode }],
  ['K01', 'fail', { process: processOf({}, { tcp: { listenOverflows: 3 } }) }],
  ['K01', 'pass', { process: processOf() }],
  ['K01', 'inconclusive', { process: processOf({ tcp: { listenDrops: null } }) }],
  ['K02', 'fail', { process: processOf({}, {}, { listeners: [{ port: 80, backlog: 5 }] }), load: loadOf() }],
  ['K02', 'pass', { process: processOf(), load: loadOf() }],
  [
    'K02',
    'inconclusive',
    { process: processOf({}, {}, { listeners: [{ port: 80, backlog: null }] }), load: loadOf() },
  ],
  [
    'K02',
    'inconclusive',
    { process: processOf({}, {}, { listeners: [], unreadable: ['open files'] }), load: loadOf() },
  ],
  ['K02', 'notApplicable', { process: processOf({}, {}, { listeners: [] }), load: loadOf() }],
  ['K03', 'fail', { process: processOf({ openFiles: 900 }) }],
  ['K03', 'pass', { metrics: metricsOf({ process_open_fds: 1, process_max_fds: 10 }) }],
  ['K03', 'inconclusive', { metrics: noNode }],
  ['K03', 'notApplicable', {}],
  [
    'K04',
    'fail',
    { process: processOf({ tcp: { timeWaitMost: [{ destination: '10.0.0.1:6379', count: 600 }] } }) },
  ],
  [
    'K04',
    'fail',
    { process: processOf({ tcp: { timeWaitMost: [{ destination: '10.0.0.1:6379', count: 600, own: 3 }] } }) },
  ],
  [
    'K04',
    'inconclusive',
    { process: processOf({ tcp: { timeWaitMost: [{ destination: '10.0.0.1:6379', count: 600, own: 0 }] } }) },
  ],
  [
    'K04',
    'fail',
    // Of those that it has connections to, not of those that have the most.
    {
      process: processOf({
        tcp: {
          timeWaitMost: [
            { destination: '10.0.0.1:6379', count: 900, own: 0 },
            { destination: '10.0.0.2:5432', count: 600, own: 1 },
          ],
        },
      }),
    },
  ],
  [
    'K04',
    'pass',
    { process: processOf({ tcp: { timeWaitMost: [{ destination: '10.0.0.1:6379', count: 6 }] } }) },
  ],
  [
    'K04',
    'fail',
    // In 10 s: six times of it in a minute.
    { process: processOf({}, { tcp: { timeWaitMost: [{ destination: '10.0.0.1:6379', count: 120 }] } }) },
  ],
  [
    'K04',
    'pass',
    { process: processOf({}, { tcp: { timeWaitMost: [{ destination: '10.0.0.1:6379', count: 80 }] } }) },
  ],
  [
    'K04',
    'notApplicable',
    { process: processOf({ tcp: { timeWaitMost: [{ destination: 'x:80', count: 600 }] } }), load: loadOf() },
  ],
  [
    'K04',
    'inconclusive',
    {
      process: processOf(
        {},
        {},
        { network: { somaxconn: null, synBacklog: null, portLow: null, portHigh: null } },
      ),
    },
  ],
  ['K05', 'notApplicable', {}],
  ['K05', 'fail', { process: processOf({}, { tcp: { outSegments: 10_000, retransSegments: 200 } }) }],
  ['K05', 'pass', { process: processOf({}, { tcp: { outSegments: 10_000 } }) }],
  ['K05', 'inconclusive', { process: processOf({}, { tcp: { outSegments: 10 } }) }],
  ['K06', 'fail', { process: processOf({ tcp: { conntrackCount: 900 } }) }],
  ['K06', 'pass', { process: processOf() }],
  ['K06', 'notApplicable', { process: processOf({ tcp: { conntrackMax: null } }) }],
  ['H201', 'fail', { load: loadOf({ slots: 128 }), http2Settings: settings(128) }],
  ['H201', 'pass', { load: loadOf({ slots: 100 }), http2Settings: settings(null) }],
  ['H201', 'inconclusive', { load: loadOf({ staged: true }), http2Settings: settings(128) }],
  [
    'H201',
    'notApplicable',
    { load: loadOf({}, { connections: { protocol: 'http/1.1' } }), http2Settings: settings(128) },
  ],
  [
    'TLS2',
    'fail',
    { load: loadOf({}, { connections: { protocol: 'http/1.1', reconnects: 500 } }), handshake },
  ],
  ['TLS2', 'pass', { load: loadOf(), handshake }],
  [
    'TLS2',
    'inconclusive',
    { load: loadOf({}, { summary: { ...loadOf().result.summary, completed: 0 } }), handshake },
  ],
  ['TLS2', 'notApplicable', { load: loadOf({ tls: false }), handshake }],
  ['S01', 'fail', { load: generatorIs({ cpuPercent: 99 }), generator: generatorOf() }],
  ['S01', 'pass', { load: loadOf(), generator: generatorOf() }],
  [
    'S01',
    'notApplicable',
    { load: generatorIs({ cpuPercent: 99, spinning: true }), generator: generatorOf() },
  ],
  ['S02', 'fail', { load: lateness(5000) }],
  ['S02', 'pass', { load: lateness(50) }],
  ['S02', 'inconclusive', { load: lateness(null) }],
  ['S02', 'inconclusive', { load: lateness(50, 5000) }],
  ['S02', 'notApplicable', { load: loadOf() }],
  ['S03', 'fail', { load: generatorIs({ eventLoopDelayP99Ms: 20 }) }],
  [
    'S03',
    'fail',
    { load: generatorIs({ eventLoopDelayP99Ms: 20 }), generator: generatorOf({ hostCpus: 1 }) },
  ],
  ['S03', 'pass', { load: loadOf() }],
  ['S03', 'inconclusive', { load: generatorIs({ eventLoopDelayP99Ms: undefined }) }],
  ['S04', 'fail', { generator: shared({ views: [] }) }],
  ['S04', 'fail', { generator: generatorOf({ views: throttled(20, 100).views }) }],
  ['S04', 'fail', { generator: shared(), process: processOf({}, { cpuSeconds: 5, cpuWaitSeconds: 4 }) }],
  ['S04', 'pass', { generator: generatorOf() }],
  ['S04', 'pass', { generator: shared(), process: processOf({}, { cpuSeconds: 5 }) }],
  [
    'S04',
    'pass',
    {
      generator: shared({ cpuList: '1' }),
      process: processOf({}, { cpuSeconds: 5, cpuWaitSeconds: 5 }, { cpuList: '0,2-3' }),
    },
  ],
  ['S04', 'inconclusive', { generator: generatorOf({ sharesHost: null }) }],
  ['S05', 'fail', { load: loadOf({}, { timeline: seconds(40, () => ({ inFlight: 30, maxUs: 2000 })) }) }],
  // Every fifth second 10 connections wait for half of it, and no look meets that.
  [
    'S05',
    'pass',
    {
      load: loadOf(
        {},
        { timeline: seconds(40, (i) => ({ inFlight: 8, maxUs: i % 5 === 0 ? 500_000 : 2000 })) },
      ),
    },
  ],
  ['S05', 'pass', { load: loadOf() }],
  ['S05', 'inconclusive', { load: loadOf({}, { timeline: [] }) }],
  ['S05', 'notApplicable', { load: loadOf({ staged: true }) }],
  ['S06', 'fail', { load: loadOf(), generator: generatorOf({ openFilesLimit: 11 }) }],
  [
    'S06',
    'fail',
    { load: loadOf({}, { faults: [{ what: 'connect EADDRNOTAVAIL', count: 1 }] }), generator: generatorOf() },
  ],
  ['S06', 'pass', { load: loadOf(), generator: generatorOf() }],
  ['S07', 'fail', { load: loadOf({ rate: 10 }, { summary: { ...loadOf().result.summary, dropped: 3 } }) }],
  ['S07', 'pass', { load: loadOf({ rate: 10 }) }],
  ['S07', 'notApplicable', { load: loadOf() }],
];

for (const [id, status, facts] of table) {
  test(`${id}: ${status}, by ${Object.keys(facts).join(' and ')}`, () => {
    // Rules that are judged by files or probes, too, have another way of the same id.
    const audit = ['observed', 'proven', 'probed']
      .map((confidence) => audits.find((each) => each.id === id && each.confidence === confidence))
      .find((each) => each !== undefined);
    assert.ok(audit !== undefined);
    const findings = judgeAudit(audit, { facts, failed: {} });
    assert.deepEqual(
      findings.map((finding) => [finding.status, finding.status === 'error' ? finding.why : null]),
      [[status, null]],
    );
    if (status === 'fail') {
      assert.ok(findings[0]?.why && findings[0].fix);
      assertShowable(findings[0].fix);
    }
  });
}

test('S04: what is to be pasted names no process that has ended', () => {
  const fixOf = (started: boolean) => {
    const process = { ...processOf({}, { cpuSeconds: 5, cpuWaitSeconds: 4 }), pid: 4711, started };
    const [audit] = audits.filter(({ id }) => id === 'S04');
    assert.ok(audit !== undefined);
    return judgeAudit(audit, { facts: { generator: shared(), process }, failed: {} })[0]?.fix ?? '';
  };
  assert.match(fixOf(false), /taskset -a -cp \S+ 4711\n.* --pid 4711$/);
  assert.match(fixOf(true), /\ntaskset -c \S+ zipfire … --workers \d+ --exec 'taskset -c \S+ \.\/server'$/);
});

test('S03 and S04 name CPUs that there are', () => {
  const fixOf = (id: string, changes: Partial<Facts['generator']>) => {
    const audit = audits.find((each) => each.id === id);
    assert.ok(audit !== undefined);
    const load = generatorIs({ eventLoopDelayP99Ms: 20 });
    const generator = { ...shared({ views: [] }), ...changes };
    return judgeAudit(audit, { facts: { generator, load }, failed: {} })[0]?.fix ?? '';
  };
  const two = { cpus: 2, hostCpus: 2, cpuList: '0-1' };
  assert.match(fixOf('S03', two), /^taskset -c 1 zipfire …/);
  assert.match(fixOf('S04', two), /\ntaskset -c 0 \.\/server\ntaskset -c 1 zipfire … --workers 1 /);
  // A container with a part of a large machine.
  const few = { cpus: 4, hostCpus: 64, cpuList: '4-6,12' };
  assert.match(fixOf('S03', few), /^taskset -c 12 zipfire …/);
  assert.match(fixOf('S04', few), /\ntaskset -c 4-5 \.\/server\ntaskset -c 6,12 zipfire … --workers 2 /);
  // Pinned by hand: the others are there.
  assert.match(fixOf('S03', { cpus: 1, hostCpus: 2, cpuList: '0' }), /^taskset -c 1 zipfire …/);
  assert.match(fixOf('S03', { cpus: 1, hostCpus: 1, cpuList: '0' }), /machine with more cores/);
  assert.match(fixOf('S04', { cpus: 1, hostCpus: 1, cpuList: '0' }), /another machine/);
});

const live = audits.filter(({ confidence }) => confidence === 'observed');

test('every live rule is in the table, with each outcome that it can give', () => {
  const cases = new Set(table.map(([id, status]) => `${id} ${status}`));
  const wanted = live.flatMap(({ id, guard }) => {
    const source = new URL(`${id.toLowerCase()}.js`, import.meta.url);
    return [...outcomesIn(source), ...(guard === undefined ? [] : ['notApplicable'])].map(
      (status) => `${id} ${status}`,
    );
  });
  assert.ok(wanted.length > 2 * live.length);
  assert.deepEqual(
    wanted.filter((each) => !cases.has(each)),
    [],
  );
});

test('MEM04 says what GOGC was started with, where no page does', () => {
  const audit = audits.find(({ id }) => id === 'MEM04');
  assert.ok(audit !== undefined);
  const facts = { expvar: fraction(0.3), process: onMachine(0.9) };
  const [finding] = judgeAudit(audit, { facts, failed: {} });
  assert.match(finding?.fix ?? '', /against 5$/);
});
