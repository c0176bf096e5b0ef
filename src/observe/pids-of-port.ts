import { type SystemFiles, systemFiles } from './system-files.js';

const LISTEN = '0A';
const MOST_PROCESSES = 65_536;
const MOST_OPEN_FILES = 65_536;
/** What started the service may hold its socket for it: everything on the machine descends from that. */
const INIT = 1;

/**
 * The processes that listen on a TCP port of this machine, without those that inherited the socket from another one of
 * them: of a master and its workers the master, of processes that share the port (SO_REUSEPORT) each. The oldest
 * first. Empty: none, or none whose files are ours to see.
 */
export function pidsOfPort(port: number, files: SystemFiles = systemFiles): readonly number[] {
  const inodes = inodesOf(port, files);
  if (inodes.size === 0) return [];
  const pids = (files.list('/proc') ?? [])
    .filter((name) => /^\d+$/.test(name))
    .slice(0, MOST_PROCESSES)
    .map(Number)
    .toSorted((a, b) => a - b);
  const all = pids.filter((pid) => {
    const open = files.list(`/proc/${pid}/fd`)?.slice(0, MOST_OPEN_FILES) ?? [];
    return open.some((fd) => inodes.has(files.link(`/proc/${pid}/fd/${fd}`) ?? ''));
  });
  const holders = new Set(all.length > 1 ? all.filter((pid) => pid !== INIT) : all);
  return [...holders].filter((pid) => !holders.has(parentOf(pid, files)));
}

function inodesOf(port: number, files: SystemFiles): Set<string> {
  const inodes = new Set<string>();
  for (const name of ['tcp', 'tcp6'])
    for (const line of (files.read(`/proc/self/net/${name}`) ?? '').split('\n')) {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state === LISTEN && Number.parseInt(local.split(':')[1] ?? '', 16) === port && inode !== undefined)
        inodes.add(`socket:[${inode}]`);
    }
  return inodes;
}

function parentOf(pid: number, files: SystemFiles): number {
  return Number(/^PPid:\s*(\d+)/m.exec(files.read(`/proc/${pid}/status`) ?? '')?.[1] ?? 0);
}
