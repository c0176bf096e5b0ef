import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Cache, hitRatios } from './cache.js';
import { Lfu } from './lfu.js';
import { Lru } from './lru.js';

/** As slow and as plain as can be: all keys held, the one to evict sought among them. */
class Plain implements Cache {
  readonly #keys = new Map<number, { uses: number; at: number }>();
  readonly #size: number;
  readonly #isFrequency: boolean;
  #now = 0;

  constructor(size: number, isFrequency: boolean) {
    this.#size = size;
    this.#isFrequency = isFrequency;
  }

  get held(): number {
    return this.#keys.size;
  }

  request(key: number): boolean {
    const entry = this.#keys.get(key);
    this.#now++;
    if (entry !== undefined) {
      entry.uses++;
      entry.at = this.#now;
      return true;
    }
    if (this.#keys.size === this.#size) {
      const worth = ({ uses, at }: { uses: number; at: number }) => (this.#isFrequency ? uses : 0) * 1e6 + at;
      const [worst] = [...this.#keys].sort(([, a], [, b]) => worth(a) - worth(b));
      this.#keys.delete((worst as [number, unknown])[0]);
    }
    this.#keys.set(key, { uses: 1, at: this.#now });
    return false;
  }
}

const KEYS = 12;
const requests = fc.array(fc.nat(KEYS - 1), { maxLength: 200 });
const size = fc.integer({ min: 1, max: KEYS + 2 });

describe('caches hit and miss as a plain one does', () => {
  for (const [name, create, isFrequency] of [
    ['LRU', (keys: number) => new Lru(keys, KEYS), false],
    ['LFU', (keys: number) => new Lfu(keys, KEYS), true],
  ] as const) {
    it(name, () => {
      fc.assert(
        fc.property(requests, size, (keys, held) => {
          const cache = create(held);
          const plain = new Plain(held, isFrequency);
          for (const key of keys) assert.equal(cache.request(key), plain.request(key));
          assert.equal(cache.held, plain.held);
        }),
        { numRuns: 300 },
      );
    });
  }
});

describe('hitRatios', () => {
  it('counts the second half only', () => {
    // 0 1 2 3 warm; then each is there.
    assert.deepEqual(hitRatios(Int32Array.of(0, 1, 2, 3, 0, 1, 2, 3), 4, 4), {
      size: 4,
      lru: 1,
      lfu: 1,
      isCold: false,
    });
    assert.deepEqual(hitRatios(Int32Array.of(0, 0, 0, 0, 1, 2, 3, 4), 5, 9), {
      size: 9,
      lru: 0,
      lfu: 0,
      isCold: true,
    });
  });

  it('a walk in a circle larger than the cache never hits LRU', () => {
    const walk = Int32Array.from({ length: 100 }, (_, i) => i % 5);
    assert.equal(hitRatios(walk, 5, 4).lru, 0);
    assert.equal(hitRatios(walk, 5, 5).lru, 1);
  });
});
