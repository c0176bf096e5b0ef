import { readCgroups } from '../../../observe/cgroup.js';
import { readKeyValues, type SystemFiles } from '../../../observe/system-files.js';
import { readEnvironment, tuningFlags } from './environment.js';
import type { ProcessFacts, ProcessView } from './facts.js';
import { readListeners, readNetwork, readNetworkSettings } from './network.js';

/** USER_HZ: fixed at 100 in what the kernel shows to programs. */
const TICKS_PER_SEC = 100;
const MOST_LIST = 1000;
/** Of a process with more, the waits are not read: it would cost more than it tells. */
const MOST_THREADS = 512;
/** Processes and open files that are looked through each second for whose sockets are whose. */
const MOST_FAMILY = 64;
const MOST_OPEN = 4096;

/** How a process fares now; null: there is none of this number, or it is not ours to read. */
export function readView(
  pid: number | 'self',
  atMs: number,
  ownNetwork: boolean,
  files: SystemFiles,
): ProcessView | null {
  // The name stands in brackets and may hold spaces and brackets itself.
  const stat = files.read(`/proc/${pid}/stat`);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  const [userTicks, systemTicks, threads, startTicks] = [11, 12, 17, 19].map((at) => Number(fields[at]));
  if (
    userTicks === undefined ||
    systemTicks === undefined ||
    threads === undefined ||
    startTicks === undefined
  )
    return null;
  // A zombie has ended; only its parent has not asked yet.
  if (!Number.isFinite(startTicks) || /^[ZX]$/.test(fields[0] ?? '')) return null;
  const status = readKeyValues(files.read(`/proc/${pid}/status`)?.replaceAll(' kB', '') ?? null);
  const residentKb = status['VmRSS'];
  return {
    atMs,
    startTicks,
    cpuSeconds: (userTicks + systemTicks) / TICKS_PER_SEC,
    cpuWaitSeconds: readCpuWait(pid, files),
    mainThreadSeconds: readMainThread(pid, files),
    threads,
    residentBytes: residentKb === undefined ? null : residentKb * 1024,
    openFiles: files.list(`/proc/${pid}/fd`)?.length ?? null,
    cgroups: readCgroups(pid, files),
    // What the generator has is to the target.
    tcp: readNetwork(pid, ownNetwork, pid === 'self' ? null : familyInodes(pid, files), files),
  };
}

function readMainThread(pid: number | 'self', files: SystemFiles): number | null {
  const [ranNs, waitedNs] = files.read(`/proc/${pid}/schedstat`)?.split(' ').map(Number) ?? [];
  return ranNs === undefined || waitedNs === undefined ? null : (ranNs + waitedNs) / 1e9;
}

/** The first figure of schedstat is the time on a CPU, the second is the time on a run queue, ns: https://docs.kernel.org/scheduler/sched-stats.html */
export function readCpuWait(pid: number | 'self', files: SystemFiles): number | null {
  const threads = files.list(`/proc/${pid}/task`) ?? [];
  if (threads.length === 0 || threads.length > MOST_THREADS) return null;
  let waitedNs = 0;
  for (const thread of threads) {
    // One that has ended since is none of those that count.
    const text = files.read(`/proc/${pid}/task/${thread}/schedstat`) ?? '0 0 0';
    waitedNs += Number(text.split(' ')[1]);
  }
  return Number.isFinite(waitedNs) ? waitedNs / 1e9 : null;
}

/** What does not change while it runs. @param backlogs by port, of its network namespace */
export function readSettings(
  pid: number,
  ownNetwork: boolean,
  backlogs: ReadonlyMap<number, number>,
  hostCpus: number,
  files: SystemFiles,
): Omit<ProcessFacts, 'views'> {
  const exe = files.link(`/proc/${pid}/exe`);
  const cpuList = readAllowedCpus(pid, files);
  const words = (files.read(`/proc/${pid}/cmdline`) ?? '').split('\0');
  const environ = files.read(`/proc/${pid}/environ`);
  const unreadable = [
    ...(environ === null ? ['environment' as const] : []),
    ...(files.list(`/proc/${pid}/fd`) === null ? ['open files' as const] : []),
  ];
  return {
    pid,
    exe,
    runtime: runtimeOf(exe ?? words[0] ?? ''),
    flags: tuningFlags(words),
    environment: readEnvironment(environ),
    ...(unreadable.length === 0 ? {} : { unreadable }),
    allowedCpus: cpuList === null ? null : (readCpuList(cpuList)?.length ?? null),
    cpuList,
    hostCpus,
    machineMemory: readMachineMemory(files),
    openFilesLimit: readOpenFilesLimit(files.read(`/proc/${pid}/limits`)),
    network: readNetworkSettings(ownNetwork, files),
    listeners: readListeners(pid, socketInodes(pid, files), backlogs, files),
  };
}

function readMachineMemory(files: SystemFiles): NonNullable<ProcessFacts['machineMemory']> | null {
  const kilobytes = readKeyValues(files.read('/proc/meminfo')?.replaceAll(' kB', '') ?? null);
  const { MemTotal: total, MemAvailable: available } = kilobytes;
  return total === undefined || available === undefined || total === 0
    ? null
    : { totalBytes: total * 1024, availableBytes: available * 1024 };
}

/** Whether a process has the network namespace that we have. */
export function sharesNetwork(pid: number, files: SystemFiles): boolean {
  const theirs = files.link(`/proc/${pid}/ns/net`);
  return theirs !== null && theirs === files.link('/proc/self/ns/net');
}

/** Which CPUs a process may run on, as the kernel writes it: `0,2-3`; null: not known. */
export function readAllowedCpus(pid: number | 'self', files: SystemFiles): string | null {
  return /^Cpus_allowed_list:\s*(\S+)/m.exec(files.read(`/proc/${pid}/status`) ?? '')?.[1] ?? null;
}

/** The CPUs of a list such as `0-3,8,10-11`; null: it is none. */
export function readCpuList(text: string): readonly number[] | null {
  if (text.length > MOST_LIST || !/^\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?)*$/.test(text)) return null;
  return text.split(',').flatMap((part) => {
    const [low = 0, high = low] = part.split('-').map(Number);
    return Array.from({ length: Math.max(0, high - low + 1) }, (_, i) => low + i);
  });
}

/** Whether two may run on CPUs of their own only. @param own list of CPUs; null: not known */
export function haveCpusApart(own: string | null | undefined, other: string | null | undefined): boolean {
  const ours = own == null ? null : readCpuList(own);
  const theirs = other == null ? null : readCpuList(other);
  return ours !== null && theirs !== null && !ours.some((cpu) => theirs.includes(cpu));
}

export function readOpenFilesLimit(text: string | null): number | null {
  const soft = /^Max open files\s+(\d+)/m.exec(text ?? '')?.[1];
  return soft === undefined ? null : Number(soft);
}

function runtimeOf(program: string): ProcessFacts['runtime'] {
  const name =
    program
      .split('/')
      .at(-1)
      ?.replace(/ \(deleted\)$/, '') ?? '';
  for (const known of ['node', 'java', 'nginx', 'envoy', 'haproxy'] as const)
    if (new RegExp(`^${known}\\d*$`).test(name)) return known;
  return null;
}

/** Sockets of a process and its children, as a master leaves them to its workers; null: not all can be known. */
function familyInodes(pid: number | 'self', files: SystemFiles): ReadonlySet<string> | null {
  const inodes = new Set<string>();
  const family = [String(pid)];
  let open = 0;
  // It grows while it is gone through.
  for (const each of family) {
    const names = files.list(`/proc/${each}/fd`);
    const threads = files.list(`/proc/${each}/task`);
    open += names?.length ?? 0;
    if (names === null || threads === null || family.length > MOST_FAMILY || open > MOST_OPEN) return null;
    for (const inode of socketInodes(each, files)) inodes.add(inode);
    for (const thread of threads.slice(0, MOST_THREADS)) {
      const children = files.read(`/proc/${each}/task/${thread}/children`);
      if (children === null) return null;
      family.push(...children.split(' ').filter((child) => child.trim() !== ''));
    }
  }
  return inodes;
}

function socketInodes(pid: number | string, files: SystemFiles): ReadonlySet<string> {
  const inodes = new Set<string>();
  for (const name of files.list(`/proc/${pid}/fd`) ?? []) {
    const inode = /^socket:\[(\d+)\]$/.exec(files.link(`/proc/${pid}/fd/${name}`) ?? '')?.[1];
    if (inode !== undefined) inodes.add(inode);
  }
  return inodes;
}
