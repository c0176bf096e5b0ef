interface Waiting {
  readonly dueNs: number;
  /** Breaks ties: what was asked for first runs first. */
  readonly order: number;
  /** Shorter than a timer can tell. */
  readonly precise: boolean;
  readonly run: () => void;
}

/** Below this a timer is too coarse. */
const TIMER_NS = 1e6;
/** A timer fires up to this late, and the loop's clock is a millisecond old: from here on spinning begins. */
const SPIN_NS = 2e6;

/**
 * Delays that are never early. `setTimeout` counts whole milliseconds of a clock that the event loop reads
 * once a turn, so it fires up to 1 ms early or late. Here every delay is checked against the real clock:
 *
 * - of 1 ms and more: met by a timer, late by up to about 1 ms;
 * - of less than 1 ms: met by spinning with `setImmediate` (sockets are still served), late by microseconds;
 * - with `spin`, all are met the second way: the last 2 ms of every wait cost a core.
 *
 * A binary heap by due time and one timer for its head, so that ten thousand waiting requests cost one timer.
 */
export class Delays {
  readonly #spin: boolean;
  readonly #clock: () => number;
  readonly #heap: Waiting[] = [];
  #orders = 0;
  #preciseWaiting = 0;
  #armedNs = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;
  #immediate: NodeJS.Immediate | null = null;

  /** @param clock nanoseconds, monotonic */
  constructor(spin: boolean, clock: () => number) {
    this.#spin = spin;
    this.#clock = clock;
  }

  get waiting(): number {
    return this.#heap.length;
  }

  /** Calls `run` once `delayNs` have passed; at once, and synchronously, when that is 0 or less. */
  after(delayNs: number, run: () => void): void {
    if (delayNs <= 0) {
      run();
      return;
    }
    const precise = delayNs < TIMER_NS;
    if (precise) this.#preciseWaiting++;
    push(this.#heap, { dueNs: this.#clock() + delayNs, order: this.#orders++, precise, run });
    this.#arm();
  }

  /** Calls `run` at an instant of the clock, as `after` would; at once when that is past. */
  at(dueNs: number, run: () => void): void {
    this.after(dueNs - this.#clock(), run);
  }

  /** Forgets whatever still waits. */
  close(): void {
    this.#heap.length = 0;
    this.#preciseWaiting = 0;
    this.#disarm();
  }

  #arm(): void {
    const head = this.#heap[0];
    if (head === undefined || this.#armedNs <= head.dueNs) return;
    this.#disarm();
    this.#armedNs = head.dueNs;
    const leftNs = head.dueNs - this.#clock();
    const spins = this.#spin || this.#preciseWaiting > 0;
    if (spins && leftNs < SPIN_NS) {
      this.#immediate = setImmediate(this.#wake);
    } else {
      const leftMs = spins ? (leftNs - SPIN_NS) / 1e6 : leftNs / 1e6;
      this.#timer = setTimeout(this.#wake, Math.max(1, Math.ceil(leftMs)));
    }
  }

  #disarm(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#immediate !== null) clearImmediate(this.#immediate);
    this.#timer = null;
    this.#immediate = null;
    this.#armedNs = Number.POSITIVE_INFINITY;
  }

  readonly #wake = (): void => {
    this.#disarm();
    const now = this.#clock();
    for (let head = this.#heap[0]; head !== undefined && head.dueNs <= now; head = this.#heap[0]) {
      pop(this.#heap);
      if (head.precise) this.#preciseWaiting--;
      head.run();
    }
    this.#arm();
  };
}

function before(a: Waiting, b: Waiting): boolean {
  return a.dueNs < b.dueNs || (a.dueNs === b.dueNs && a.order < b.order);
}

function push(heap: Waiting[], item: Waiting): void {
  let hole = heap.push(item) - 1;
  while (hole > 0) {
    const parent = (hole - 1) >> 1;
    const above = heap[parent] as Waiting; // 0 ≤ parent < hole
    if (!before(item, above)) break;
    heap[hole] = above;
    hole = parent;
  }
  heap[hole] = item;
}

/** Takes the head off. */
function pop(heap: Waiting[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let hole = 0;
  for (let child = 1; child < heap.length; child = 2 * hole + 1) {
    const right = heap[child + 1];
    const left = heap[child] as Waiting; // child < length
    const least = right !== undefined && before(right, left) ? right : left;
    if (!before(least, last)) break;
    heap[hole] = least;
    hole = least === left ? child : child + 1;
  }
  heap[hole] = last;
}
