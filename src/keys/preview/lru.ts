import type { Cache } from './cache.js';

/** Evicts what was not asked for the longest: a doubly linked list in arrays, O(1) a request. */
export class Lru implements Cache {
  readonly #size: number;
  /** By key; a key that is not held has −1 in `#newer` and is not `#newest`. The list's ends are −1. */
  readonly #newer: Int32Array;
  readonly #older: Int32Array;
  readonly #isHeld: Uint8Array;
  #newest = -1;
  #oldest = -1;
  held = 0;

  /** @param size in keys, ≥ 1; @param keys how many different ones there are */
  constructor(size: number, keys: number) {
    this.#size = size;
    this.#newer = new Int32Array(keys).fill(-1);
    this.#older = new Int32Array(keys).fill(-1);
    this.#isHeld = new Uint8Array(keys);
  }

  request(key: number): boolean {
    if (key === this.#newest) return true;
    const isHit = this.#isHeld[key] === 1;
    if (isHit) this.#unlink(key);
    else {
      if (this.held === this.#size) this.#evict();
      this.#isHeld[key] = 1;
      this.held++;
    }
    this.#older[key] = this.#newest;
    this.#newer[key] = -1;
    if (this.#newest !== -1) this.#newer[this.#newest] = key;
    this.#newest = key;
    if (this.#oldest === -1) this.#oldest = key;
    return isHit;
  }

  #unlink(key: number): void {
    const newer = this.#newer[key] as number;
    const older = this.#older[key] as number;
    if (newer === -1) this.#newest = older;
    else this.#older[newer] = older;
    if (older === -1) this.#oldest = newer;
    else this.#newer[older] = newer;
  }

  #evict(): void {
    const key = this.#oldest;
    this.#unlink(key);
    this.#isHeld[key] = 0;
    this.held--;
  }
}
