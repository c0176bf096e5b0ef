import type { MissingSignal } from '../core/index.js';
import { ProcessTree } from './process-tree.js';
import { Quotas } from './quotas.js';
import type { Sampler } from './sampler.js';
import type { SystemFiles } from './system-files.js';
import type { Tracks } from './tracks.js';

const TICKS_PER_SEC = 100;
const KIB = 1024;

export interface SeenProcess extends Sampler {
  readonly cpuLimit: () => number | null;
  readonly runtime: () => string | null;
  /** How many processes there were at most. */
  readonly processes: () => number;
  /** Those that are there now. */
  readonly pids: () => readonly number[];
}

/** Programs that a runtime is known by. */
const RUNTIMES = /^(node|java|nginx|envoy|haproxy|python|ruby|php|beam|redis-server)/;

/**
 * CPU, memory, context switches, waiting for a CPU and throttling of some processes and their descendants, by procfs
 * and their cgroups.
 */
export function sampleProcess(
  roots: readonly number[],
  tracks: Tracks,
  hostCpus: number,
  files: SystemFiles,
): SeenProcess {
  const tree = new ProcessTree(roots, files);
  const quotas = new Quotas(files);
  const started = new Map<number, string>();
  const allowed = new Set<number>();
  let gone: string | null = null;
  let seen = false;
  let markedMs = 0;
  let without: string | null = null;
  let program: string | null = null;

  /** The first of them is the service: without it there is nothing to look at, or another one has its number. */
  const isThere = (): boolean => {
    if (gone !== null) return false;
    for (const pid of roots) {
      const start = statOf(pid, files)?.[19];
      if (start === undefined) {
        gone = seen
          ? `process ${pid} ended during the run`
          : `process ${pid} is not there, or not ours to look at (Linux only)`;
      } else if (started.has(pid) && started.get(pid) !== start)
        gone = `process ${pid} ended, and another one took its number`;
      else started.set(pid, start);
    }
    seen ||= gone === null;
    return gone === null;
  };

  const times = (atMs: number): boolean => {
    const totals = tree.times();
    if (totals === null) return false;
    tracks.cpuSec.add(atMs, totals.cpuSec);
    tracks.waitSec.add(atMs, totals.waitSec);
    const { pausedSec } = tree;
    if (pausedSec !== null) tracks.pausedMs.add(atMs, 1000 * pausedSec);
    return true;
  };

  const throttling = (atMs: number) => {
    const held = quotas.limited ? quotas.read() : null;
    if (held === null) return;
    tracks.throttledMs.add(atMs, held.throttledMs);
    tracks.periods.add(atMs, held.periods);
    tracks.throttledPeriods.add(atMs, held.throttledPeriods);
  };

  const everySecond = (atMs: number) => {
    if (!isThere() || !tree.list()) return;
    quotas.find(tree.pids);
    if (!times(atMs)) {
      without = tree.tooManyThreads
        ? 'the service has more threads than are looked at one by one'
        : 'the kernel keeps no schedstat';
      tracks.cpuSec.add(atMs, sum(tree.pids, (pid) => ticksOf(pid, files)) / TICKS_PER_SEC);
    }
    const busiest = tree.busiest();
    if (busiest !== null && atMs > markedMs) {
      const middleMs = (atMs + markedMs) / 2;
      const perSec = 1000 / (atMs - markedMs);
      tracks.busiestThread.add(middleMs, busiest.ranSec * perSec);
      tracks.wantedCpu.add(middleMs, Math.min(1, busiest.wantedSec * perSec));
    }
    markedMs = atMs;
    const switches = tree.switches();
    if (switches !== null) {
      tracks.voluntary.add(atMs, switches.voluntary);
      tracks.involuntary.add(atMs, switches.involuntary);
    }
    let resident = 0;
    for (const pid of tree.pids) {
      const status = files.read(`/proc/${pid}/status`) ?? '';
      resident += Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
      for (const cpu of cpusIn(/^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1])) allowed.add(cpu);
    }
    if (resident > 0) tracks.residentBytes.add(atMs, resident * KIB);
    throttling(atMs);
    program = tree.program ?? program;
  };

  return {
    start: () => everySecond(performance.now()),
    often: (atMs) => {
      if (gone !== null || without !== null) return;
      times(atMs);
      throttling(atMs);
    },
    everySecond,
    cpuLimit: () => {
      if (!seen) return null;
      const cpus = allowed.size === 0 ? hostCpus : Math.min(allowed.size, hostCpus);
      return Math.min(cpus, quotas.cpus ?? Number.POSITIVE_INFINITY);
    },
    runtime: () => RUNTIMES.exec(program ?? '')?.[1] ?? null,
    processes: () => tree.most,
    pids: () => tree.pids,
    missing: () => [
      ...(gone === null ? [] : [{ signal: 'process', why: gone }]),
      ...(seen ? missingOf(tree, quotas, without) : []),
    ],
  };
}

function missingOf(tree: ProcessTree, quotas: Quotas, without: string | null): MissingSignal[] {
  const missing: MissingSignal[] = [];
  if (tree.left > 0)
    missing.push({ signal: 'process', why: `${tree.left} more processes of the service are not looked at` });
  if (tree.blind)
    missing.push({
      signal: 'process',
      why: 'the kernel does not tell whether it has children: of a service of several processes this is one',
    });
  if (without !== null) missing.push({ signal: 'runQueueMs, quietMs', why: without });
  if (!quotas.limited) missing.push({ signal: 'throttledMs', why: 'no cgroup above it has a CPU quota' });
  return missing;
}

/** The fields of `/proc/PID/stat` after the name, which may have anything in it; undefined: it is not there. */
function statOf(pid: number, files: SystemFiles): string[] | undefined {
  const stat = files.read(`/proc/${pid}/stat`);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields === undefined || fields.length < 20 ? undefined : fields;
}

function ticksOf(pid: number, files: SystemFiles): number {
  const fields = statOf(pid, files);
  return Number(fields?.[11] ?? 0) + Number(fields?.[12] ?? 0);
}

function sum(pids: readonly number[], of: (pid: number) => number): number {
  return pids.reduce((total, pid) => total + of(pid), 0);
}

/** The CPUs of a list such as `0-3,8`. */
function cpusIn(list: string | undefined): number[] {
  if (list === undefined || !/^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(list)) return [];
  return list.split(',').flatMap((part) => {
    const [low = 0, high = low] = part.split('-').map(Number);
    return Array.from({ length: Math.min(high, MOST_CPUS) - low + 1 }, (_, i) => low + i);
  });
}

const MOST_CPUS = 8192;
