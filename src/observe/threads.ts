import { readKeyValues, type SystemFiles } from './system-files.js';

interface Thread {
  cpuNs: number;
  waitNs: number;
  voluntary: number;
  involuntary: number;
  /** Whether it does nothing but collect; null: nobody has asked. */
  collects: boolean | null;
}

type Counter = 'cpuNs' | 'waitNs' | 'voluntary' | 'involuntary';
const counters: readonly Counter[] = ['cpuNs', 'waitNs', 'voluntary', 'involuntary'];

/** What all threads of a process have used, those that have ended included. */
export interface ThreadTotals {
  readonly cpuSec: number;
  readonly waitSec: number;
}

/** Of all threads the most that one did, in seconds; it need not be the same one. */
export interface Busiest {
  readonly ranSec: number;
  /** Ran, or waited for a CPU. */
  readonly wantedSec: number;
}

export function busier(a: Busiest | null, b: Busiest | null): Busiest | null {
  if (a === null || b === null) return a ?? b;
  return { ranSec: Math.max(a.ranSec, b.ranSec), wantedSec: Math.max(a.wantedSec, b.wantedSec) };
}

/**
 * Threads of a JVM that run in its pauses alone: the workers of a parallel collection (G1, Parallel), and the one that
 * does the rest of a pause. Those that collect beside the program (`G1 Conc#0`, `ZWorker#0`) are not among them.
 */
const COLLECTS = /^(GC Thread#\d+|VM Thread)$/;

/**
 * The threads of a process: `/proc/PID/schedstat` and the switches in `/proc/PID/status` are those of its first
 * thread alone, so each is asked, and what one had counted stays counted when it ends.
 *
 * https://docs.kernel.org/scheduler/sched-stats.html: time on a CPU, time waiting for one (ns), time slices
 */
export class Threads {
  readonly #pid: number;
  readonly #files: SystemFiles;
  readonly #jvm: boolean;
  #known = new Map<string, Thread>();
  #ended = { cpuNs: 0, waitNs: 0, voluntary: 0, involuntary: 0 };
  #pausedNs = 0;
  /** What each had used and waited for at the last `busiest`. */
  #marked = new Map<string, Pick<Thread, 'cpuNs' | 'waitNs'>>();
  #ids: readonly string[] = [];

  /** @param jvm whether its threads are named as those of a JVM */
  constructor(pid: number, files: SystemFiles, jvm = false) {
    this.#pid = pid;
    this.#files = files;
    this.#jvm = jvm;
  }

  get ids(): readonly string[] {
    return this.#ids;
  }

  /**
   * What its collector stopped a JVM for, seconds, as far as its own threads tell: how long the busiest of those that
   * run in a pause ran, or wanted to. Null: none is known.
   */
  get pausedSec(): number | null {
    return [...this.#known.values()].some(({ collects }) => collects === true) ? this.#pausedNs / 1e9 : null;
  }

  /** Finds new threads and those that have ended. @returns whether the process is there */
  list(): boolean {
    const ids = this.#files.list(`/proc/${this.#pid}/task`);
    if (ids === null || ids.length === 0) return false;
    this.#ids = ids;
    const now = new Set(ids);
    for (const [id, thread] of this.#known) {
      if (now.has(id)) continue;
      this.#known.delete(id);
      for (const key of counters) this.#ended[key] += thread[key];
    }
    return true;
  }

  /** Null: a kernel without schedstat. */
  times(): ThreadTotals | null {
    let { cpuNs, waitNs } = this.#ended;
    let pausedNs = 0;
    let seen = false;
    for (const id of this.#ids) {
      const thread = this.#thread(id);
      const text = this.#files.read(`/proc/${this.#pid}/task/${id}/schedstat`);
      const [cpu, wait] = text?.split(' ').map(Number) ?? [];
      if (cpu !== undefined && wait !== undefined && Number.isFinite(cpu + wait)) {
        // The program stands still for it while it waits for a CPU, too.
        if (thread.collects === true)
          pausedNs = Math.max(pausedNs, cpu - thread.cpuNs + wait - thread.waitNs);
        // What it did before it was first looked at is no pause of this run.
        if (this.#jvm) thread.collects ??= this.#collects(id);
        thread.cpuNs = cpu;
        thread.waitNs = wait;
        seen = true;
      }
      cpuNs += thread.cpuNs;
      waitNs += thread.waitNs;
    }
    this.#pausedNs += pausedNs;
    return seen ? { cpuSec: cpuNs / 1e9, waitSec: waitNs / 1e9 } : null;
  }

  /** Voluntary and involuntary context switches. */
  switches(): { readonly voluntary: number; readonly involuntary: number } {
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

  /** Since this was last asked; null: not asked before. */
  busiest(): Busiest | null {
    let most: Busiest | null = null;
    for (const [id, { cpuNs, waitNs }] of this.#known) {
      const before = this.#marked.get(id);
      if (before === undefined) continue;
      const ranSec = (cpuNs - before.cpuNs) / 1e9;
      most = busier(most, { ranSec, wantedSec: ranSec + (waitNs - before.waitNs) / 1e9 });
    }
    this.#marked = new Map([...this.#known].map(([id, { cpuNs, waitNs }]) => [id, { cpuNs, waitNs }]));
    return most;
  }

  #collects(id: string): boolean {
    return COLLECTS.test(this.#files.read(`/proc/${this.#pid}/task/${id}/comm`)?.trim() ?? '');
  }

  #thread(id: string): Thread {
    let thread = this.#known.get(id);
    if (thread === undefined) {
      thread = { cpuNs: 0, waitNs: 0, voluntary: 0, involuntary: 0, collects: null };
      this.#known.set(id, thread);
    }
    return thread;
  }
}
