import { type SystemFiles, systemFiles } from './system-files.js';

const LISTEN = '0A';
const MOST_PROCESSES = 65_536;
const MOST_OPEN_FILES = 65_536;

/**
 * The process that listens on a TCP port of this machine; of several that share it (workers that inherited it), the
 * youngest, which is the one that serves. Null: none, or none whose files are ours to see.
 */
export function pidOfPort(port: number, files: SystemFiles = systemFiles): number | null {
  const inodes = new Set<string>();
  for (const name of ['tcp', 'tcp6'])
    for (const line of (files.read(`/proc/self/net/${name}`) ?? '').split('\n')) {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state === LISTEN && Number.parseInt(local.split(':')[1] ?? '', 16) === port && inode !== undefined)
        inodes.add(`socket:[${inode}]`);
    }
  if (inodes.size === 0) return null;
  const pids = (files.list('/proc') ?? [])
    .filter((name) => /^\d+$/.test(name))
    .slice(0, MOST_PROCESSES)
    .map(Number)
    .toSorted((a, b) => b - a);
  for (const pid of pids) {
    const open = files.list(`/proc/${pid}/fd`)?.slice(0, MOST_OPEN_FILES) ?? [];
    if (open.some((fd) => inodes.has(files.link(`/proc/${pid}/fd/${fd}`) ?? ''))) return pid;
  }
  return null;
}
