import { readKeyValues, type SystemFiles } from './system-files.js';

/** Threads looked at; of a process that has more, the totals are read where the kernel has them. */
const MOST_THREADS = 256;

interface Thread {
  cpuNs: number;
  waitNs: number;
  voluntary: number;
  involuntary: number;
}

/** What all threads of a process have used, those that have ended included. */
export interface ThreadTotals {
  readonly cpuSec: number;
  readonly waitSec: number;
}

/**
 * The threads of a process: `/proc/PID/schedstat` and the switches in `/proc/PID/status` are those of its first
 * thread alone, so each is asked, and what one had counted stays counted when it ends.
 *
 * https://docs.kernel.org/scheduler/sched-stats.html: time on a CPU, time waiting for one (ns), time slices
 */
export class Threads {
  readonly #pid: number;
  readonly #files: SystemFiles;
  #known = new Map<string, Thread>();
  #ended: Thread = { cpuNs: 0, waitNs: 0, voluntary: 0, involuntary: 0 };
  /** CPU time of each at the last `busiest`. */
  #marked = new Map<string, number>();
  #ids: readonly string[] = [];

  constructor(pid: number, files: SystemFiles) {
    this.#pid = pid;
    this.#files = files;
  }

  /** Whether there are more than are looked at. */
  get tooMany(): boolean {
    return this.#ids.length > MOST_THREADS;
  }

  /** Finds new threads and those that have ended. @returns whether the process is there */
  list(): boolean {
    const ids = this.#files.list(`/proc/${this.#pid}/task`);
    if (ids === null || ids.length === 0) return false;
    this.#ids = ids;
    if (this.tooMany) return true;
    const now = new Set(ids);
    for (const [id, thread] of this.#known) {
      if (now.has(id)) continue;
      this.#known.delete(id);
      for (const key of ['cpuNs', 'waitNs', 'voluntary', 'involuntary'] as const)
        this.#ended[key] += thread[key];
    }
    return true;
  }

  /** Null: too many threads, or a kernel without schedstat. */
  times(): ThreadTotals | null {
    if (this.tooMany) return null;
    let { cpuNs, waitNs } = this.#ended;
    let seen = false;
    for (const id of this.#ids) {
      const thread = this.#thread(id);
      const text = this.#files.read(`/proc/${this.#pid}/task/${id}/schedstat`);
      const [cpu, wait] = text?.split(' ').map(Number) ?? [];
      if (cpu !== undefined && wait !== undefined && Number.isFinite(cpu + wait)) {
        thread.cpuNs = cpu;
        thread.waitNs = wait;
        seen = true;
      }
      cpuNs += thread.cpuNs;
      waitNs += thread.waitNs;
    }
    return seen ? { cpuSec: cpuNs / 1e9, waitSec: waitNs / 1e9 } : null;
  }

  /** Voluntary and involuntary context switches; null: too many threads. */
  switches(): { readonly voluntary: number; readonly involuntary: number } | null {
    if (this.tooMany) return null;
    let { voluntary, involuntary } = this.#ended;
    for (const id of this.#ids) {
      const thread = this.#thread(id);
      const status = readKeyValues(this.#files.read(`/proc/${this.#pid}/task/${id}/status`));
      thread.voluntary = status['voluntary_ctxt_switches'] ?? thread.voluntary;
      thread.involuntary = status['nonvoluntary_ctxt_switches'] ?? thread.involuntary;
      voluntary += thread.voluntary;
      involuntary += thread.involuntary;
    }
    return { voluntary, involuntary };
  }

  /** CPU seconds of the thread that used the most since this was last asked; null: not asked before. */
  busiest(): number | null {
    let most: number | null = null;
    for (const [id, { cpuNs }] of this.#known) {
      const before = this.#marked.get(id);
      if (before !== undefined) most = Math.max(most ?? 0, (cpuNs - before) / 1e9);
    }
    this.#marked = new Map([...this.#known].map(([id, { cpuNs }]) => [id, cpuNs]));
    return most;
  }

  #thread(id: string): Thread {
    let thread = this.#known.get(id);
    if (thread === undefined) {
      thread = { cpuNs: 0, waitNs: 0, voluntary: 0, involuntary: 0 };
      this.#known.set(id, thread);
    }
    return thread;
  }
}
