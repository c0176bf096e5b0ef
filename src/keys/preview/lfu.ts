import type { Cache } from './cache.js';

/**
 * Evicts what was asked for least often since it came in, and of several the one not asked for the longest. O(1) a
 * request: keys hang in buckets of one frequency each, the buckets in a list by frequency (K. Shah, A. Mitra, D.
 * Matani, "An O(1) algorithm for implementing the LFU cache eviction scheme", 2010).
 */
export class Lfu implements Cache {
  readonly #size: number;
  /** By key: its neighbours in the bucket, newest first, and its bucket; −1 is none. */
  readonly #newer: Int32Array;
  readonly #older: Int32Array;
  readonly #bucketOf: Int32Array;
  /** By bucket. Bucket 0 is the end of the list on both sides, and empty. */
  readonly #frequency: Float64Array;
  readonly #newest: Int32Array;
  readonly #oldest: Int32Array;
  readonly #above: Int32Array;
  readonly #below: Int32Array;
  readonly #free: number[] = [];
  #usedBuckets = 1;
  held = 0;

  /** @param size in keys, ≥ 1; @param keys how many different ones there are */
  constructor(size: number, keys: number) {
    this.#size = size;
    this.#newer = new Int32Array(keys).fill(-1);
    this.#older = new Int32Array(keys).fill(-1);
    this.#bucketOf = new Int32Array(keys).fill(-1);
    // A bucket for each key held, one while a key moves, and the end.
    const buckets = Math.min(size, keys) + 2;
    this.#frequency = new Float64Array(buckets);
    this.#newest = new Int32Array(buckets).fill(-1);
    this.#oldest = new Int32Array(buckets).fill(-1);
    this.#above = new Int32Array(buckets);
    this.#below = new Int32Array(buckets);
  }

  request(key: number): boolean {
    const bucket = this.#bucketOf[key] as number;
    if (bucket !== -1) {
      const target = this.#bucketAbove(bucket, (this.#frequency[bucket] as number) + 1);
      this.#take(key, bucket);
      this.#put(key, target);
      return true;
    }
    if (this.held === this.#size) this.#evict();
    this.#put(key, this.#bucketAbove(0, 1));
    this.held++;
    return false;
  }

  #evict(): void {
    const lowest = this.#above[0] as number;
    const key = this.#oldest[lowest] as number;
    this.#take(key, lowest);
    this.#bucketOf[key] = -1;
    this.held--;
  }

  /** The bucket of a frequency that belongs right above `bucket`; made if need be. */
  #bucketAbove(bucket: number, frequency: number): number {
    const above = this.#above[bucket] as number;
    if (above !== 0 && this.#frequency[above] === frequency) return above;
    const made = this.#free.pop() ?? this.#usedBuckets++;
    this.#frequency[made] = frequency;
    this.#below[made] = bucket;
    this.#above[made] = above;
    this.#above[bucket] = made;
    this.#below[above] = made;
    return made;
  }

  #put(key: number, bucket: number): void {
    const newest = this.#newest[bucket] as number;
    this.#older[key] = newest;
    this.#newer[key] = -1;
    if (newest === -1) this.#oldest[bucket] = key;
    else this.#newer[newest] = key;
    this.#newest[bucket] = key;
    this.#bucketOf[key] = bucket;
  }

  #take(key: number, bucket: number): void {
    const newer = this.#newer[key] as number;
    const older = this.#older[key] as number;
    if (newer === -1) this.#newest[bucket] = older;
    else this.#older[newer] = older;
    if (older === -1) this.#oldest[bucket] = newer;
    else this.#newer[older] = newer;
    if (this.#newest[bucket] !== -1) return;
    const above = this.#above[bucket] as number;
    const below = this.#below[bucket] as number;
    this.#above[below] = above;
    this.#below[above] = below;
    this.#free.push(bucket);
  }
}
