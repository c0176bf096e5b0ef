import { type CgroupLevel, readCgroups, tightestCpu } from './cgroup.js';
import type { Sampler } from './sampler.js';
import type { SystemFiles } from './system-files.js';
import { Threads } from './threads.js';
import type { Tracks } from './tracks.js';

const TICKS_PER_SEC = 100;
const KIB = 1024;

export interface SeenProcess extends Sampler {
  readonly cpuLimit: () => number | null;
  readonly runtime: () => string | null;
}

/** CPU, memory, context switches, waiting for a CPU and throttling of a process, by procfs and its cgroups. */
export function sampleProcess(
  pid: number,
  tracks: Tracks,
  hostCpus: number,
  files: SystemFiles,
): SeenProcess {
  const threads = new Threads(pid, files);
  let startTicks: string | undefined;
  let gone: string | null = null;
  let seen = false;
  let limited: readonly string[] = [];
  let cgroups: readonly CgroupLevel[] = [];
  let markedMs = 0;
  let without: string | null = null;

  const check = (): readonly string[] | null => {
    if (gone !== null) return null;
    const stat = files.read(`/proc/${pid}/stat`);
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields === undefined || fields.length < 20) {
      gone = seen
        ? `process ${pid} ended during the run`
        : `process ${pid} is not there, or not ours to look at (Linux only)`;
      return null;
    }
    startTicks ??= fields[19];
    if (fields[19] !== startTicks) gone = `process ${pid} ended, and another one took its number`;
    seen = true;
    return gone === null ? fields : null;
  };

  const times = (atMs: number) => {
    const totals = threads.times();
    if (totals === null) return false;
    tracks.cpuSec.add(atMs, totals.cpuSec);
    tracks.waitSec.add(atMs, totals.waitSec);
    return true;
  };

  const throttling = (atMs: number) => {
    if (limited.length === 0) return;
    const level = tightestCpu(readCgroups(pid, files))?.level;
    if (level === undefined) return;
    if (level.throttledUs !== null) tracks.throttledMs.add(atMs, level.throttledUs / 1000);
    if (level.periods !== null) tracks.periods.add(atMs, level.periods);
    if (level.throttled !== null) tracks.throttledPeriods.add(atMs, level.throttled);
  };

  const everySecond = (atMs: number) => {
    const fields = check();
    if (fields === null || !threads.list()) return;
    if (!times(atMs)) {
      without = threads.tooMany
        ? 'the process has more threads than are looked at one by one'
        : 'the kernel keeps no schedstat';
      tracks.cpuSec.add(atMs, (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SEC);
    }
    const busiest = threads.busiest();
    if (busiest !== null && atMs > markedMs)
      tracks.busiestThread.add((atMs + markedMs) / 2, (1000 * busiest) / (atMs - markedMs));
    markedMs = atMs;
    const switches = threads.switches();
    if (switches !== null) {
      tracks.voluntary.add(atMs, switches.voluntary);
      tracks.involuntary.add(atMs, switches.involuntary);
    }
    const resident = /^VmRSS:\s+(\d+) kB/m.exec(files.read(`/proc/${pid}/status`) ?? '')?.[1];
    if (resident !== undefined) tracks.residentBytes.add(atMs, Number(resident) * KIB);
    throttling(atMs);
  };

  const cpuLimit = () => {
    const status = files.read(`/proc/${pid}/status`) ?? '';
    const allowed = countCpus(/^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1]) ?? hostCpus;
    return Math.min(allowed, hostCpus, tightestCpu(cgroups)?.cpus ?? Number.POSITIVE_INFINITY);
  };
  let limit: number | null = null;
  let runtime: string | null = null;

  return {
    start: () => {
      if (check() === null) return;
      cgroups = readCgroups(pid, files);
      limited = cgroups.filter(({ cpuQuotaUs }) => cpuQuotaUs !== null).map(({ path }) => path);
      limit = cpuLimit();
      const program = (files.link(`/proc/${pid}/exe`) ?? '').split('/').at(-1) ?? '';
      runtime =
        /^(node|java|nginx|envoy|haproxy|python|ruby|php|beam|redis-server)/.exec(program)?.[1] ?? null;
      everySecond(performance.now());
    },
    often: (atMs) => {
      if (gone !== null || without !== null) return;
      times(atMs);
      throttling(atMs);
    },
    everySecond,
    cpuLimit: () => limit,
    runtime: () => runtime,
    missing: () => [
      ...(gone === null ? [] : [{ signal: 'process', why: gone }]),
      ...(without === null ? [] : [{ signal: 'runQueueMs, quietMs', why: without }]),
      ...(seen && limited.length === 0
        ? [{ signal: 'throttledMs', why: 'no cgroup above it has a CPU quota' }]
        : []),
    ],
  };
}

/** How many CPUs a list such as `0-3,8` has. */
function countCpus(list: string | undefined): number | null {
  if (list === undefined || !/^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(list)) return null;
  return list.split(',').reduce((sum, part) => {
    const [low = 0, high = low] = part.split('-').map(Number);
    return sum + high - low + 1;
  }, 0);
}
