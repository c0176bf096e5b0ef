import type { SystemFiles } from './system-files.js';
import { type Busiest, busier, Threads, type ThreadTotals } from './threads.js';

/** Looked at; a service that has more is looked at without the rest, and that is said. */
const MOST_PROCESSES = 128;
/** Threads looked at one by one, of all processes. */
const MOST_THREADS = 512;

interface Member {
  readonly threads: Threads;
  readonly program: string;
  /** CPU seconds when it was first looked at. */
  firstSec: number | null;
  cpuSec: number;
  waitSec: number;
  voluntary: number;
  involuntary: number;
}

/**
 * A service: some processes and all their descendants, as they come and go. Who serves is often not the one that was
 * started: a master has workers, and a shell its command. This program and its own children are none of it, whoever
 * started them.
 *
 * https://man7.org/linux/man-pages/man5/proc_tid_children.5.html
 */
export class ProcessTree {
  readonly #roots: readonly number[];
  readonly #files: SystemFiles;
  readonly #self: number;
  readonly #members = new Map<number, Member>();
  /** What those had used that have ended. */
  #ended = { cpuSec: 0, waitSec: 0, voluntary: 0, involuntary: 0 };
  #most = 0;
  #blind = false;
  #left = 0;

  /** @param self whose descendants are left out */
  constructor(roots: readonly number[], files: SystemFiles, self: number = process.pid) {
    this.#roots = roots;
    this.#files = files;
    this.#self = self;
  }

  /** Those that are there now. */
  get pids(): readonly number[] {
    return [...this.#members.keys()];
  }

  /** How many there were at most. */
  get most(): number {
    return this.#most;
  }

  /** How many are not looked at. */
  get left(): number {
    return this.#left;
  }

  /** Whether the kernel does not tell of children: then there may be more. */
  get blind(): boolean {
    return this.#blind;
  }

  get tooManyThreads(): boolean {
    let count = 0;
    for (const { threads } of this.#members.values()) count += threads.ids.length;
    return count > MOST_THREADS;
  }

  /** What runs in the one that has used the most CPU: `node`, `nginx`; null: nobody is there. */
  get program(): string | null {
    const used = ({ cpuSec, firstSec }: Member) => cpuSec - (firstSec ?? cpuSec);
    return [...this.#members.values()].toSorted((a, b) => used(b) - used(a))[0]?.program ?? null;
  }

  /** Seconds in pauses of JVMs among them, as far as their threads tell; null: there is none. */
  get pausedSec(): number | null {
    const paused = [...this.#members.values()]
      .map(({ threads }) => threads.pausedSec)
      .filter((each) => each !== null);
    return paused.length === 0 ? null : paused.reduce((sum, each) => sum + each, 0);
  }

  /** Finds who is there. @returns whether anybody is */
  list(): boolean {
    const found = new Set<number>();
    const queue = [...this.#roots];
    this.#left = 0;
    for (let pid = queue.shift(); pid !== undefined; pid = queue.shift()) {
      if (pid === this.#self || found.has(pid)) continue;
      if (found.size >= MOST_PROCESSES) {
        this.#left++;
        continue;
      }
      const member = this.#members.get(pid) ?? this.#newMember(pid);
      if (!member.threads.list()) continue;
      found.add(pid);
      this.#members.set(pid, member);
      queue.push(...this.#childrenOf(pid, member.threads.ids));
    }
    for (const [pid, member] of this.#members) {
      if (found.has(pid)) continue;
      this.#members.delete(pid);
      for (const key of ['cpuSec', 'waitSec', 'voluntary', 'involuntary'] as const)
        this.#ended[key] += member[key];
    }
    this.#most = Math.max(this.#most, found.size);
    return found.size > 0;
  }

  /** Of all, those that have ended included; null: a kernel without schedstat, or too many threads. */
  times(): ThreadTotals | null {
    if (this.tooManyThreads) return null;
    let { cpuSec, waitSec } = this.#ended;
    let seen = false;
    for (const member of this.#members.values()) {
      const totals = member.threads.times();
      if (totals !== null) {
        member.firstSec ??= totals.cpuSec;
        member.cpuSec = totals.cpuSec;
        member.waitSec = totals.waitSec;
        seen = true;
      }
      cpuSec += member.cpuSec;
      waitSec += member.waitSec;
    }
    return seen ? { cpuSec, waitSec } : null;
  }

  /** Voluntary and involuntary context switches of all; null: too many threads. */
  switches(): { readonly voluntary: number; readonly involuntary: number } | null {
    if (this.tooManyThreads) return null;
    let { voluntary, involuntary } = this.#ended;
    for (const member of this.#members.values()) {
      Object.assign(member, member.threads.switches());
      voluntary += member.voluntary;
      involuntary += member.involuntary;
    }
    return { voluntary, involuntary };
  }

  /** Since this was last asked; null: not asked before. */
  busiest(): Busiest | null {
    return [...this.#members.values()]
      .map(({ threads }) => threads.busiest())
      .reduce<Busiest | null>((most, each) => busier(most, each), null);
  }

  #newMember(pid: number): Member {
    const program = (this.#files.link(`/proc/${pid}/exe`) ?? '').split('/').at(-1) ?? '';
    const threads = new Threads(pid, this.#files, program === 'java');
    return { threads, program, firstSec: null, cpuSec: 0, waitSec: 0, voluntary: 0, involuntary: 0 };
  }

  /** Any thread may have started one. */
  #childrenOf(pid: number, threads: readonly string[]): number[] {
    return threads.slice(0, MOST_THREADS).flatMap((id) => {
      const text = this.#files.read(`/proc/${pid}/task/${id}/children`);
      // A thread that has just ended has no such file either: the first one tells.
      if (text === null && id === String(pid)) this.#blind = true;
      return (text ?? '').split(' ').filter(Boolean).map(Number).filter(Number.isInteger);
    });
  }
}
