import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';

export interface Limits {
  /** CPUs' worth of time. */
  readonly cpus?: number;
  readonly memoryBytes?: number;
}

/** A group of processes with limits, of this kernel. */
export interface Cgroup {
  /** A command that runs another one within the group: put the words of that behind it. */
  readonly enter: readonly string[];
  /** When nothing runs in it any more. */
  remove(): Promise<void>;
}

const PERIOD_US = 100_000;

/** Where groups of a controller are made: the folder, and which version it is of. */
function rootOf(controller: 'cpu' | 'memory'): { readonly folder: string; readonly version: 1 | 2 } | null {
  const v1 = `/sys/fs/cgroup/${controller}`;
  if (existsSync(join(v1, 'cgroup.procs'))) return { folder: v1, version: 1 };
  const v2 = '/sys/fs/cgroup';
  const given = join(v2, 'cgroup.subtree_control');
  if (existsSync(given) && readFileSync(given, 'utf8').split(/\s+/).includes(controller))
    return { folder: v2, version: 2 };
  return null;
}

/** Why no groups can be made here; false: they can. */
export function noCgroups(): string | false {
  if (process.platform !== 'linux') return 'cgroups are Linux’s';
  for (const controller of ['cpu', 'memory'] as const) {
    const root = rootOf(controller);
    if (root === null) return `no cgroup controller "${controller}" that groups can be made of`;
    const folder = join(root.folder, `zipfire-try-${process.pid}`);
    try {
      mkdirSync(folder);
      rmdirSync(folder);
    } catch {
      return 'cgroups are not ours to make (root may)';
    }
  }
  return false;
}

let made = 0;

export function makeCgroup({ cpus, memoryBytes }: Limits): Cgroup {
  const name = `zipfire-test-${process.pid}-${made++}`;
  const folders = new Set<string>();
  const group = (controller: 'cpu' | 'memory') => {
    const { folder, version } = rootOf(controller) ?? { folder: '', version: 2 };
    const path = join(folder, name);
    if (!folders.has(path)) mkdirSync(path);
    folders.add(path);
    return { path, version };
  };
  if (cpus !== undefined) {
    const { path, version } = group('cpu');
    const quotaUs = Math.round(cpus * PERIOD_US);
    if (version === 2) writeFileSync(join(path, 'cpu.max'), `${quotaUs} ${PERIOD_US}`);
    else {
      writeFileSync(join(path, 'cpu.cfs_period_us'), String(PERIOD_US));
      writeFileSync(join(path, 'cpu.cfs_quota_us'), String(quotaUs));
    }
  }
  if (memoryBytes !== undefined) {
    const { path, version } = group('memory');
    writeFileSync(join(path, version === 2 ? 'memory.max' : 'memory.limit_in_bytes'), String(memoryBytes));
    // What does not fit is not to be swapped.
    const swap = join(path, version === 2 ? 'memory.swap.max' : 'memory.memsw.limit_in_bytes');
    if (existsSync(swap)) writeFileSync(swap, version === 2 ? '0' : String(memoryBytes));
  }
  const joins = [...folders].map((path) => `echo $$ > ${path}/cgroup.procs`);
  return {
    enter: ['sh', '-c', `${joins.join(' && ')} && exec "$@"`, 'sh'],
    remove: async () => {
      for (const path of folders) await removeFolder(path);
    },
  };
}

/** A process that has just ended may be in it for a moment longer. */
async function removeFolder(path: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      return rmdirSync(path);
    } catch (error) {
      if (tries === 100) throw error;
      await delay(20);
    }
  }
}
