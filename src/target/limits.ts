/**
 * A token bucket, in the form of the generic cell rate algorithm (ITU-T I.371): no timer fills it, one number
 * says when it will be full again. Starts full.
 */
export class TokenBucket {
  readonly #intervalNs: number;
  readonly #burstNs: number;
  /** When the bucket is full again. */
  #fullNs = Number.NEGATIVE_INFINITY;

  /**
   * @param perSecond tokens that flow in a second, > 0
   * @param burst tokens the bucket holds, ≥ 1
   */
  constructor(perSecond: number, burst: number) {
    this.#intervalNs = 1e9 / perSecond;
    this.#burstNs = burst * this.#intervalNs;
  }

  /** Takes a token, in debt if need be: how long its taker has to wait for it, 0 when it is there. */
  reserveNs(nowNs: number): number {
    this.#fullNs = Math.max(this.#fullNs, nowNs) + this.#intervalNs;
    return Math.max(0, this.#fullNs - this.#burstNs - nowNs);
  }

  /** Takes a token if there is one. */
  tryTake(nowNs: number): boolean {
    const fullNs = Math.max(this.#fullNs, nowNs) + this.#intervalNs;
    // A millionth of a token is forgiven: sums of intervals round.
    if (fullNs - this.#burstNs - nowNs > this.#intervalNs * 1e-6) return false;
    this.#fullNs = fullNs;
    return true;
  }
}

/** What the bucket holds when `burst` is 0: the tokens of a hundredth of a second, and at least one. */
export function burstOf(rate: number, burst: number): number {
  return burst > 0 ? burst : Math.max(1, Math.floor(rate / 100));
}

/** @param freedNs when the slot was given back, as `release` was told; null: nobody had to wait for it */
type Start = (freedNs: number | null) => void;

/** So many at once; the others wait in the order in which they came. */
export class Slots {
  readonly #limit: number;
  readonly #queue: Start[] = [];
  /** Of the slots that were given back within a `start`. */
  readonly #freedNs: number[] = [];
  /** Where the queue begins: shifting a long array is slow. */
  #head = 0;
  #busy = 0;
  #draining = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get isFull(): boolean {
    return this.#busy >= this.#limit;
  }

  get queued(): number {
    return this.#queue.length - this.#head;
  }

  /** Calls `start` with a slot taken for it: now, or when `release` has freed one. */
  acquire(start: Start): void {
    if (this.isFull) {
      this.#queue.push(start);
    } else {
      this.#busy++;
      start(null);
    }
  }

  /** Gives a slot back, to the first that waits if any. May be called from within a `start`. @param nowNs told to it */
  release(nowNs: number): void {
    this.#busy--;
    this.#freedNs.push(nowNs);
    if (this.#draining) return;
    this.#draining = true;
    // A loop and no recursion: ten thousand that wait may all give their slots back at once.
    while (!this.isFull && this.queued > 0) {
      this.#busy++;
      this.#shift()(this.#freedNs.shift() ?? null);
    }
    this.#freedNs.length = 0;
    this.#draining = false;
  }

  #shift(): Start {
    const next = this.#queue[this.#head++] as Start; // queued > 0
    if (this.#head === this.#queue.length || this.#head >= 1024) {
      this.#queue.splice(0, this.#head);
      this.#head = 0;
    }
    return next;
  }
}
