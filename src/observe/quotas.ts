import { type CgroupLevel, cpusOf, readCgroups, tightestCpu } from './cgroup.js';
import type { SystemFiles } from './system-files.js';

/** What the CPU quotas above some processes held back, since their groups were made. */
export interface Throttling {
  readonly throttledMs: number;
  readonly periods: number;
  readonly throttledPeriods: number;
}

const MOST_GROUPS = 32;

/** The CPU quotas of a service, whose processes may be in several groups: of each group the tightest above it. */
export class Quotas {
  readonly #files: SystemFiles;
  /** By what a process says of its groups: one that is in it, and how many CPUs it may use (null: all). */
  readonly #groups = new Map<string, { pid: number; readonly cpus: number | null }>();
  /** By the path of the limited group: what it said last, also after all that were in it have ended. */
  readonly #last = new Map<string, CgroupLevel>();

  constructor(files: SystemFiles) {
    this.#files = files;
  }

  /** CPUs that all of them may use together; null: not limited. */
  get cpus(): number | null {
    let sum = 0;
    for (const level of this.#last.values()) sum += cpusOf(level) ?? 0;
    const unlimited = [...this.#groups.values()].some(({ cpus }) => cpus === null);
    return unlimited || this.#last.size === 0 ? null : sum;
  }

  /** Whether there is a quota at all. */
  get limited(): boolean {
    return this.#last.size > 0;
  }

  /** Looks which groups processes are in: once a second, as they seldom change. */
  find(pids: readonly number[]): void {
    for (const pid of pids) {
      const text = this.#files.read(`/proc/${pid}/cgroup`);
      if (text === null) continue;
      const known = this.#groups.get(text);
      if (known !== undefined) known.pid = pid;
      else if (this.#groups.size < MOST_GROUPS) {
        const tightest = tightestCpu(readCgroups(pid, this.#files));
        this.#groups.set(text, { pid, cpus: tightest?.cpus ?? null });
        if (tightest !== null) this.#last.set(tightest.level.path, tightest.level);
      }
    }
  }

  /** Null: there is no quota, or the kernel counts nothing. */
  read(): Throttling | null {
    for (const { pid, cpus } of this.#groups.values()) {
      if (cpus === null) continue;
      const level = tightestCpu(readCgroups(pid, this.#files))?.level;
      if (level !== undefined) this.#last.set(level.path, level);
    }
    const levels = [...this.#last.values()];
    const sum = (of: (level: CgroupLevel) => number | null) =>
      levels.reduce((total, level) => total + (of(level) ?? 0), 0);
    if (levels.every(({ periods }) => periods === null)) return null;
    return {
      throttledMs: sum(({ throttledUs }) => throttledUs) / 1000,
      periods: sum(({ periods }) => periods),
      throttledPeriods: sum(({ throttled }) => throttled),
    };
  }
}
