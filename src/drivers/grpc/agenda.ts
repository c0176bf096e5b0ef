import { type Due, DueHeap, nowNs } from '../../core/index.js';

/** What an agenda calls when its time has come. */
export interface AgendaEntry extends Due {
  /** It is off the agenda by then, and may be set again. */
  due(nowNs: number): void;
}

/** The longest wait that a timer of Node takes. */
const MAX_WAIT_MS = 2 ** 31 - 1;

/** Calls thousands of entries at their times by one timer, which has a resolution of a millisecond. */
export class Agenda {
  readonly #heap = new DueHeap<AgendaEntry>();
  #timer: NodeJS.Timeout | undefined;
  /** When the timer goes off. */
  #armedNs = Number.POSITIVE_INFINITY;

  /** @param dueNs infinity: never */
  set(entry: AgendaEntry, dueNs: number): void {
    if (dueNs === Number.POSITIVE_INFINITY) {
      this.#heap.remove(entry);
      return;
    }
    this.#heap.set(entry, dueNs);
    if (dueNs < this.#armedNs) this.#arm(dueNs);
  }

  remove(entry: AgendaEntry): void {
    this.#heap.remove(entry);
  }

  close(): void {
    this.#heap.clear();
    clearTimeout(this.#timer);
    this.#armedNs = Number.POSITIVE_INFINITY;
  }

  #arm(dueNs: number): void {
    clearTimeout(this.#timer);
    this.#armedNs = dueNs;
    const waitMs = Math.min(MAX_WAIT_MS, Math.max(0, Math.ceil((dueNs - nowNs()) / 1e6)));
    this.#timer = setTimeout(this.#fire, waitMs);
  }

  readonly #fire = (): void => {
    this.#armedNs = Number.POSITIVE_INFINITY;
    const now = nowNs();
    for (let first = this.#heap.first; first !== null && first.dueNs <= now; first = this.#heap.first) {
      this.#heap.remove(first);
      first.due(now);
    }
    const next = this.#heap.first;
    if (next !== null && next.dueNs < this.#armedNs) this.#arm(next.dueNs);
  };
}
