const CAPACITY = 4096;
/** The log is cut into at most so many windows of equal length; when they are used up, two become one. */
const WINDOWS = 32;
const FIRST_WINDOW = 64;
/** Bytes of a key that are kept to be shown. */
const SHOWN_BYTES = 256;

/** A key that came often. */
export interface HotKey {
  /** The first bytes of the key, as text; whatever the log holds. */
  readonly text: string;
  readonly isCut: boolean;
  readonly count: number;
  /** Requests in each full window. */
  readonly windows: readonly number[];
  /** Requests that came before the key was noticed: they are in `count`, but in no window. */
  readonly missed: number;
}

/**
 * The text and the times of the keys that come most often, of a log of any length in fixed memory.
 *
 * A key is noticed when its count reaches `threshold`; when there are too many, the threshold rises so far that
 * half of them stay. So at any moment every key that came `threshold` times or more is here.
 */
export class HotKeys {
  threshold = 1;
  #used = 0;
  readonly #free: number[] = [];
  readonly #slots = new Int32Array(CAPACITY).fill(-1);
  readonly #texts: (string | undefined)[] = [];
  readonly #isCut = new Uint8Array(CAPACITY);
  readonly #missed = new Float64Array(CAPACITY);
  readonly #hits = new Uint32Array(CAPACITY * WINDOWS);
  #window = 0;
  #windowRequests = FIRST_WINDOW;
  #left = FIRST_WINDOW;

  get isFull(): boolean {
    return this.#free.length === 0 && this.#used === CAPACITY;
  }

  /** Requests in a window. */
  get windowRequests(): number {
    return this.#windowRequests;
  }

  /** One request more, before it is counted. */
  tick(): void {
    if (this.#left === 0) this.#nextWindow();
    this.#left--;
  }

  hit(index: number): void {
    const at = index * WINDOWS + this.#window;
    this.#hits[at] = (this.#hits[at] as number) + 1;
  }

  /** @returns the index of the key from now on */
  admit(slot: number, count: number, bytes: Buffer, from: number, to: number): number {
    const index = this.#free.pop() ?? this.#used++;
    const end = Math.min(to, from + SHOWN_BYTES);
    this.#texts[index] = bytes.toString('utf8', from, end);
    this.#isCut[index] = end < to ? 1 : 0;
    this.#slots[index] = slot;
    this.#missed[index] = count - 1;
    this.#hits.fill(0, index * WINDOWS, (index + 1) * WINDOWS);
    this.hit(index);
    return index;
  }

  move(index: number, slot: number): void {
    this.#slots[index] = slot;
  }

  release(index: number): void {
    this.#slots[index] = -1;
    this.#texts[index] = undefined;
    this.#free.push(index);
  }

  /** Lets the rarer half go. @returns the slots of those */
  prune(countOf: (slot: number) => number): number[] {
    const counts = [...this.#slots].map(countOf).sort((a, b) => b - a);
    this.threshold = (counts[CAPACITY / 2] as number) + 1;
    const gone: number[] = [];
    for (let index = 0; index < CAPACITY; index++) {
      const slot = this.#slots[index] as number;
      if (countOf(slot) >= this.threshold) continue;
      gone.push(slot);
      this.release(index);
    }
    return gone;
  }

  /** The `limit` most frequent, the first first. Full windows only; all there is where none is full. */
  top(limit: number): HotKey[] {
    const full = this.#left === 0 ? this.#window + 1 : this.#window;
    const keys: HotKey[] = [];
    for (let index = 0; index < this.#used; index++) {
      const text = this.#texts[index];
      if (text === undefined) continue;
      const hits = [...this.#hits.subarray(index * WINDOWS, (index + 1) * WINDOWS)];
      const missed = this.#missed[index] as number;
      keys.push({
        text,
        isCut: this.#isCut[index] === 1,
        count: missed + hits.reduce((sum, each) => sum + each, 0),
        windows: hits.slice(0, full),
        missed,
      });
    }
    return keys.sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1)).slice(0, limit);
  }

  #nextWindow(): void {
    this.#window++;
    if (this.#window === WINDOWS) {
      for (let index = 0; index < CAPACITY; index++) {
        const hits = this.#hits.subarray(index * WINDOWS, (index + 1) * WINDOWS);
        for (let i = 0; i < WINDOWS / 2; i++) hits[i] = (hits[2 * i] as number) + (hits[2 * i + 1] as number);
        hits.fill(0, WINDOWS / 2);
      }
      this.#window = WINDOWS / 2;
      this.#windowRequests *= 2;
    }
    this.#left = this.#windowRequests;
  }
}
