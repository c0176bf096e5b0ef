import { HotKeys } from './hot-keys.js';

const FIRST_CAPACITY = 2 ** 12;
/** Share of the slots that may be taken. */
const LOAD = 0.6;
/** 2.5 million keys in 2^22 slots of 15 bytes: 63 MB, and as much again while a table is made anew. */
const MAX_KEYS = 2 ** 22 * LOAD;
const MAX_COUNT = 2 ** 32 - 1;

/**
 * Counts keys by a 64-bit hash of their bytes, in an open-addressed table of typed arrays: no string, no object a
 * key. At a million keys two of them share a hash once in 37 million logs.
 *
 * When the table is full the rarer keys are thinned: each stays with chance 1/2, decided by bits of its hash, and
 * counts for two from then on; again when it is full again. The most frequent quarter is not thinned. So every
 * sum over keys stays right in the mean (Horvitz and Thompson, 1952), and the head stays exact.
 */
export class KeyCounter {
  readonly hot = new HotKeys();
  readonly #maxKeys: number;
  readonly #seed: number;
  #capacity = FIRST_CAPACITY;
  #low = new Uint32Array(FIRST_CAPACITY);
  #high = new Uint32Array(FIRST_CAPACITY);
  /** 0: the slot is free. */
  #counts = new Uint32Array(FIRST_CAPACITY);
  /** Index among the hot keys + 1; 0: none of them. */
  #hotIndex = new Uint16Array(FIRST_CAPACITY);
  /** How often the key went through thinning: it counts for 2^level keys. */
  #levels = new Uint8Array(FIRST_CAPACITY);
  #keys = 0;
  #depth = 0;
  #requests = 0;

  constructor(seed = 1, maxKeys = MAX_KEYS) {
    this.#seed = seed | 0;
    this.#maxKeys = maxKeys;
  }

  get requests(): number {
    return this.#requests;
  }

  /** Whether keys were thinned: counts of rare keys are then those of a sample. */
  get isSample(): boolean {
    return this.#depth > 0;
  }

  /** Counts the key that is `bytes[from…to)`. */
  add(bytes: Buffer, from: number, to: number): void {
    this.#requests++;
    this.hot.tick();
    let h1 = this.#seed ^ (to - from);
    let h2 = Math.imul(this.#seed, 0x9e3779b1) ^ (to - from);
    let at = from;
    for (; at + 4 <= to; at += 4) {
      const word =
        (bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24);
      h1 = Math.imul(h1 ^ word, 0x21f0aaad);
      h1 ^= h1 >>> 15;
      h2 = Math.imul(h2 + word, 0x735a2d97);
      h2 ^= h2 >>> 14;
    }
    for (; at < to; at++) {
      h1 = Math.imul(h1 ^ (bytes[at] as number), 0x21f0aaad);
      h1 ^= h1 >>> 15;
      h2 = Math.imul(h2 + (bytes[at] as number), 0x735a2d97);
      h2 ^= h2 >>> 14;
    }
    const low = mix(h1 ^ (h2 >>> 7));
    const high = mix(h2 + low);

    const slot = this.#slotOf(low, high);
    const count = this.#counts[slot] as number;
    if (count === 0) {
      if (this.#depth > 0 && !isSampled(high, this.#depth)) return;
      this.#take(slot, low, high, 1, this.#depth);
    } else if (count < MAX_COUNT) this.#counts[slot] = count + 1;

    const hotIndex = this.#hotIndex[slot] as number;
    if (hotIndex !== 0) this.hot.hit(hotIndex - 1);
    else if (count + 1 >= this.hot.threshold) this.#admit(slot, bytes, from, to);
    if (count === 0 && this.#keys > this.#capacity * LOAD) this.#makeRoom();
  }

  /** How many keys came so often. */
  keysByCount(): Map<number, number> {
    const numbers = new Map<number, number>();
    for (let slot = 0; slot < this.#capacity; slot++) {
      const count = this.#counts[slot] as number;
      if (count > 0) numbers.set(count, (numbers.get(count) ?? 0) + 2 ** (this.#levels[slot] as number));
    }
    return numbers;
  }

  #slotOf(low: number, high: number): number {
    const mask = this.#capacity - 1;
    let slot = low & mask;
    while (this.#counts[slot] !== 0 && (this.#low[slot] !== low >>> 0 || this.#high[slot] !== high >>> 0)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #take(slot: number, low: number, high: number, count: number, level: number): void {
    this.#low[slot] = low;
    this.#high[slot] = high;
    this.#counts[slot] = count;
    this.#levels[slot] = level;
    this.#keys++;
  }

  #admit(slot: number, bytes: Buffer, from: number, to: number): void {
    if (this.hot.isFull) {
      for (const cold of this.hot.prune((hotSlot) => this.#counts[hotSlot] as number))
        this.#hotIndex[cold] = 0;
      if ((this.#counts[slot] as number) < this.hot.threshold) return;
    }
    const index = this.hot.admit(slot, this.#counts[slot] as number, bytes, from, to);
    this.#hotIndex[slot] = index + 1;
  }

  #makeRoom(): void {
    if (this.#keys < this.#maxKeys) this.#rebuild(this.#capacity * 2, 0);
    else {
      this.#depth++;
      this.#rebuild(this.#capacity, this.#countOfQuarter());
    }
  }

  /** The least count that a quarter of the keys, at most, exceed. */
  #countOfQuarter(): number {
    const numbers = new Map<number, number>();
    for (const count of this.#counts) if (count > 0) numbers.set(count, (numbers.get(count) ?? 0) + 1);
    let above = 0;
    for (const count of [...numbers.keys()].sort((a, b) => b - a)) {
      above += numbers.get(count) ?? 0;
      if (above > this.#maxKeys / 4) return count;
    }
    return 0;
  }

  /** Moves all keys; those that came `safe` times or less must pass the sampling of the present depth. */
  #rebuild(capacity: number, safe: number): void {
    const low = this.#low;
    const high = this.#high;
    const counts = this.#counts;
    const hotIndex = this.#hotIndex;
    const levels = this.#levels;
    this.#capacity = capacity;
    this.#low = new Uint32Array(capacity);
    this.#high = new Uint32Array(capacity);
    this.#counts = new Uint32Array(capacity);
    this.#hotIndex = new Uint16Array(capacity);
    this.#levels = new Uint8Array(capacity);
    this.#keys = 0;
    for (let from = 0; from < counts.length; from++) {
      const count = counts[from] as number;
      if (count === 0) continue;
      const hot = hotIndex[from] as number;
      const isThinned = count <= safe;
      if (isThinned && !isSampled(high[from] as number, this.#depth)) {
        if (hot !== 0) this.hot.release(hot - 1);
        continue;
      }
      const slot = this.#slotOf(low[from] as number, high[from] as number);
      const level = isThinned ? this.#depth : (levels[from] as number);
      this.#take(slot, low[from] as number, high[from] as number, count, level);
      this.#hotIndex[slot] = hot;
      if (hot !== 0) this.hot.move(hot - 1, slot);
    }
  }
}

/**
 * Whether the `depth` highest bits are all 0: chance 2^−depth. Never at a depth that no log reaches, unless its keys
 * were made to share those bits: then the table must not overflow.
 */
function isSampled(high: number, depth: number): boolean {
  return depth < 32 && high >>> (32 - depth) === 0;
}

/** MurmurHash3's last step, with multipliers that mix better (C. Wellons, "Prospecting for hash functions"). */
function mix(x: number): number {
  let h = x ^ (x >>> 16);
  h = Math.imul(h, 0x21f0aaad);
  h ^= h >>> 15;
  h = Math.imul(h, 0x735a2d97);
  return (h ^ (h >>> 15)) >>> 0;
}
