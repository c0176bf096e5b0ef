import type { FoundPattern, Pattern, Result, SignalEvidence, SignalName } from '../core/index.js';
import { formatPercent, formatRate, formatUs } from '../core/index.js';
import { known, median } from './robust.js';
import { type Second, valuesOf } from './seconds.js';

const COVERED = 0.8;
/** CPU06 of the advisor: throttled in a quarter of the periods. */
const THROTTLED_SHARE = 0.25;
/** MEM06 of the advisor: a tenth of the time. */
const GC_MS = 100;
const FULL = 0.95;
/** Runnable threads that wait half as long as they run. */
const WAITING = 0.5;
/** Less in a second is nothing to speak of, however little they run. */
const LEAST_WAITING_MS = 200;
/** "P99 above 200 ms and QPS below the plan: locks or GC." */
const SLOW_US = 200_000;
const RATE_MET = 0.95;
const IDLE = 0.5;

/** What holds for most of a run, and so makes no spikes. */
export function throughout(result: Result, seconds: readonly Second[]): FoundPattern[] {
  const typical = (name: SignalName): number | null => {
    const values = known(valuesOf(seconds, name));
    return values.length < COVERED * seconds.length ? null : median(values);
  };
  const generator = generatorLimit(result);
  const throttled = throttling(typical);
  const gc = collecting(typical);
  // A quota that is used up is a full CPU, too, and so is a collector that never ends: they say why.
  const cpu = throttled === null ? fullCpu(result, typical) : null;
  const waiting = [generator, throttled, gc, cpu].every((each) => each === null)
    ? waitingWithin(result, typical)
    : null;
  return [generator, throttled, gc, cpu, waiting].filter((each) => each !== null);
}

type Typical = (name: SignalName) => number | null;

function found(pattern: Pattern, summary: string, evidence: readonly SignalEvidence[]): FoundPattern {
  return { pattern, scope: 'throughout', seconds: [], summary, evidence };
}

/** What the run says of itself: figures of a generator at its limit are its own. */
function generatorLimit({ validity, generator, summary }: Result): FoundPattern | null {
  const code = validity.reasons
    .map((reason) => reason.split(':', 1)[0])
    .find((each) => each === 'generator-saturated' || each === 'lateness');
  if (code === 'generator-saturated') {
    const during = generator.eventLoopUtilization;
    return found(
      'generator-limit',
      `a worker of the generator was busy ${formatPercent(during)} of the time: the target was given no more load than that`,
      [{ signal: 'eventLoopUtilization', during, baseline: null, p: null }],
    );
  }
  const during = summary.latencyUs.lateness.p99;
  if (code === undefined || during === null) return null;
  const baseline = summary.latencyUs.response.p99;
  return found('generator-limit', `the generator sent late by ${formatUs(during)} at p99`, [
    { signal: 'latenessP99Us', during, baseline, p: null },
  ]);
}

function throttling(typical: Typical): FoundPattern | null {
  const during = typical('throttledShare');
  if (during === null || during < THROTTLED_SHARE) return null;
  const heldMs = typical('throttledMs');
  return found(
    'cpu-throttling',
    `the cgroup's CPU quota was used up in ${formatPercent(during)} of its periods${heldMs === null ? '' : `, which held the service for ${Math.round(heldMs)} ms of a second`}`,
    [
      { signal: 'throttledShare', during, baseline: THROTTLED_SHARE, p: null },
      ...(heldMs === null
        ? []
        : [{ signal: 'throttledMs' as const, during: heldMs, baseline: null, p: null }]),
    ],
  );
}

function collecting(typical: Typical): FoundPattern | null {
  const during = typical('gcMs');
  if (during === null || during < GC_MS) return null;
  return found('gc-pause', `its collector paused it for ${Math.round(during)} ms of a second`, [
    { signal: 'gcMs', during, baseline: GC_MS, p: null },
  ]);
}

function fullCpu({ signals }: Result, typical: Typical): FoundPattern | null {
  const cores = typical('cpuCores');
  const limit = signals?.cpuLimit ?? null;
  if (cores !== null && limit !== null && cores >= FULL * limit)
    return found('cpu-saturation', `the service used ${cores.toFixed(2)} of the ${limit} CPUs that it may`, [
      { signal: 'cpuCores', during: cores, baseline: limit, p: null },
    ]);
  const thread = typical('busiestThread');
  if (thread !== null && thread >= FULL) {
    const whose = signals?.runtime === 'node' ? 'the one that runs its event loop' : 'one of its threads';
    return found('cpu-saturation', `${whose} took ${formatPercent(thread)} of a CPU, and has no more`, [
      { signal: 'busiestThread', during: thread, baseline: 1, p: null },
    ]);
  }
  const [waitMs, wanted] = [typical('runQueueMs'), typical('wantedCpu')];
  if (thread !== null && wanted !== null && wanted >= FULL)
    return found(
      'cpu-saturation',
      `one of its threads ran or waited for a CPU for ${formatPercent(wanted)} of the time, and the busiest ran for ${formatPercent(thread)} of it: others, the generator perhaps, took the machine's CPUs`,
      [
        { signal: 'wantedCpu', during: wanted, baseline: 1, p: null },
        { signal: 'busiestThread', during: thread, baseline: 1, p: null },
        ...(waitMs === null
          ? []
          : [{ signal: 'runQueueMs' as const, during: waitMs, baseline: null, p: null }]),
      ],
    );
  if (waitMs === null || cores === null) return null;
  if (waitMs < Math.max(LEAST_WAITING_MS, 1000 * WAITING * cores)) return null;
  return found(
    'cpu-saturation',
    `its threads waited ${Math.round(waitMs)} ms a second for a CPU, and ran for ${Math.round(1000 * cores)} ms: others, the generator perhaps, took the machine's CPUs`,
    [
      { signal: 'runQueueMs', during: waitMs, baseline: 1000 * cores, p: null },
      { signal: 'cpuCores', during: cores, baseline: limit, p: null },
    ],
  );
}

/** An open loop that misses its rate at a high P99 while CPU and network are free. */
function waitingWithin({ summary, signals }: Result, typical: Typical): FoundPattern | null {
  const { targetRate, qps, latencyUs } = summary;
  const p99 = latencyUs.response.p99;
  const [cores, rtt, thread] = [typical('cpuCores'), typical('rttMs'), typical('busiestThread')];
  const limit = signals?.cpuLimit ?? null;
  if (targetRate === null || p99 === null || cores === null || rtt === null || limit === null) return null;
  if (p99 < SLOW_US || qps >= RATE_MET * targetRate) return null;
  if (cores > IDLE * limit || (thread ?? 0) > IDLE || 1000 * rtt > 0.25 * p99) return null;
  return found(
    'lock-or-queue',
    `P99 ${formatUs(p99)} at ${formatRate(qps)} of the ${formatRate(targetRate)} planned, while the service used ${cores.toFixed(2)} of ${limit} CPUs and the network was fast: requests waited within it`,
    [
      { signal: 'p99Us', during: p99, baseline: SLOW_US, p: null },
      { signal: 'qps', during: qps, baseline: targetRate, p: null },
      { signal: 'cpuCores', during: cores, baseline: limit, p: null },
      { signal: 'rttMs', during: rtt, baseline: null, p: null },
    ],
  );
}
