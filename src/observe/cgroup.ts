import { readInteger, readKeyValues, type SystemFiles } from './system-files.js';

/** One group of the hierarchy that a process is in. */
export interface CgroupLevel {
  /** `/kubepods/pod1/abc`, as the kernel names it; `/` is the outermost that is visible. */
  readonly path: string;
  readonly version: 1 | 2;
  /** Null: not limited here. */
  readonly cpuQuotaUs: number | null;
  readonly cpuPeriodUs: number | null;
  readonly memoryMaxBytes: number | null;
  readonly memoryHighBytes: number | null;
  readonly memoryCurrentBytes: number | null;
  /** Since the group was made; null where the kernel does not say. */
  readonly periods: number | null;
  readonly throttled: number | null;
  readonly throttledUs: number | null;
  readonly oomKills: number | null;
}

interface Mount {
  /** Where it is mounted. */
  readonly point: string;
  /** Which part of the hierarchy is mounted there. */
  readonly root: string;
  readonly version: 1 | 2;
  readonly controllers: readonly string[];
}

/** cgroup v1 says "no limit" by the largest number of pages. */
const V1_NO_LIMIT = 2 ** 62;
const MOST_LEVELS = 64;

/**
 * The groups of a process, its own first, then every ancestor: a limit holds wherever it stands, and the tightest
 * one wins. Of cgroup v1 the CPU groups and then the memory groups, of v2 each once.
 *
 * https://docs.kernel.org/admin-guide/cgroup-v2.html, https://docs.kernel.org/scheduler/sched-bwc.html
 */
export function readCgroups(pid: number | 'self', files: SystemFiles): readonly CgroupLevel[] {
  const mounts = readMounts(files.read('/proc/self/mountinfo') ?? '');
  const levels: CgroupLevel[] = [];
  for (const line of (files.read(`/proc/${pid}/cgroup`) ?? '').split('\n')) {
    const [, id, names = '', path] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? [];
    if (path === undefined) continue;
    const controllers = names.split(',');
    const version = id === '0' && names === '' ? 2 : 1;
    if (version === 1 && !controllers.includes('cpu') && !controllers.includes('memory')) continue;
    const mount = mounts.find(
      (each) =>
        each.version === version &&
        (version === 2 || controllers.some((name) => each.controllers.includes(name))),
    );
    if (mount === undefined) continue;
    for (const [folder, shown] of walkUp(mount, path))
      levels.push(version === 2 ? readV2(folder, shown, files) : readV1(folder, shown, files));
  }
  return levels;
}

/** The folder of a group and of each of its ancestors within the mount. */
function walkUp({ point, root }: Mount, path: string): (readonly [folder: string, path: string])[] {
  const within = root !== '/' && path.startsWith(root) ? path.slice(root.length) : path;
  // From inside a cgroup namespace an outer group is `/../other`: not visible.
  const parts = within.split('/').filter((part) => part !== '' && part !== '..');
  return Array.from({ length: Math.min(parts.length + 1, MOST_LEVELS) }, (_, above) => {
    const own = parts
      .slice(0, parts.length - above)
      .map((part) => `/${part}`)
      .join('');
    return [`${point}${own}`, own === '' ? '/' : own] as const;
  });
}

function readMounts(text: string): Mount[] {
  return text.split('\n').flatMap((line): Mount[] => {
    const [left = '', right = ''] = line.split(' - ', 2);
    const [, , , root = '', point = ''] = left.split(' ');
    const [type, , options = ''] = right.split(' ');
    if (type === 'cgroup2') return [{ point, root, version: 2, controllers: [] }];
    return type === 'cgroup' ? [{ point, root, version: 1, controllers: options.split(',') }] : [];
  });
}

function readV2(folder: string, path: string, files: SystemFiles): CgroupLevel {
  const read = (name: string) => files.read(`${folder}/${name}`);
  const [quota = '', period = ''] = (read('cpu.max') ?? '').trim().split(' ');
  const stat = readKeyValues(read('cpu.stat'));
  const events = readKeyValues(read('memory.events'));
  return {
    path,
    version: 2,
    cpuQuotaUs: readInteger(quota),
    cpuPeriodUs: readInteger(period),
    memoryMaxBytes: readInteger(read('memory.max')),
    memoryHighBytes: readInteger(read('memory.high')),
    memoryCurrentBytes: readInteger(read('memory.current')),
    periods: stat['nr_periods'] ?? null,
    throttled: stat['nr_throttled'] ?? null,
    throttledUs: stat['throttled_usec'] ?? null,
    oomKills: events['oom_kill'] ?? null,
  };
}

function readV1(folder: string, path: string, files: SystemFiles): CgroupLevel {
  const read = (name: string) => files.read(`${folder}/${name}`);
  const quota = readInteger(read('cpu.cfs_quota_us'));
  const stat = readKeyValues(read('cpu.stat'));
  const limit = readInteger(read('memory.limit_in_bytes'));
  const throttledNs = stat['throttled_time'];
  return {
    path,
    version: 1,
    cpuQuotaUs: quota !== null && quota > 0 ? quota : null,
    cpuPeriodUs: readInteger(read('cpu.cfs_period_us')),
    memoryMaxBytes: limit !== null && limit < V1_NO_LIMIT ? limit : null,
    memoryHighBytes: null,
    memoryCurrentBytes: readInteger(read('memory.usage_in_bytes')),
    periods: stat['nr_periods'] ?? null,
    throttled: stat['nr_throttled'] ?? null,
    throttledUs: throttledNs === undefined ? null : throttledNs / 1000,
    oomKills: readKeyValues(read('memory.oom_control'))['oom_kill'] ?? null,
  };
}

/** CPUs' worth of time that a group may use; null: no limit here. */
export function cpusOf({ cpuQuotaUs, cpuPeriodUs }: CgroupLevel): number | null {
  if (cpuQuotaUs === null || cpuPeriodUs === null || cpuPeriodUs <= 0) return null;
  return cpuQuotaUs / cpuPeriodUs;
}

/** The group whose CPU limit is the tightest; null: none has one. */
export function tightestCpu(levels: readonly CgroupLevel[]): { level: CgroupLevel; cpus: number } | null {
  let tightest: { level: CgroupLevel; cpus: number } | null = null;
  for (const level of levels) {
    const cpus = cpusOf(level);
    if (cpus !== null && (tightest === null || cpus < tightest.cpus)) tightest = { level, cpus };
  }
  return tightest;
}

/** The group whose memory limit is the tightest; null: none has one. */
export function tightestMemory(
  levels: readonly CgroupLevel[],
): { readonly level: CgroupLevel; readonly bytes: number } | null {
  let tightest: { level: CgroupLevel; bytes: number } | null = null;
  for (const level of levels) {
    const bytes = level.memoryMaxBytes;
    if (bytes !== null && (tightest === null || bytes < tightest.bytes)) tightest = { level, bytes };
  }
  return tightest;
}
