import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { KeySpec } from '../core/index.js';
import { bindShape, createKeyGenerator, createPopularityOrder } from './generator.js';
import { resolveKeySpec } from './spec.js';

const anySize = fc.oneof(
  fc.integer({ min: 2, max: 1000 }),
  fc.integer({ min: 2, max: Number.MAX_SAFE_INTEGER }),
  fc.constantFrom(2, 2 ** 16, 2 ** 16 + 1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER),
);

const anySpec = fc
  .tuple(
    anySize,
    fc.boolean(),
    fc.double({ min: 0, max: 3, noNaN: true }),
    fc.double({ noNaN: true, min: 0, max: 1 }),
  )
  .chain(([n, scatter, alpha, share]) =>
    fc.constantFrom(
      resolveKeySpec('uniform', { n }, { scatter }),
      resolveKeySpec('sequential', { n }, { scatter }),
      resolveKeySpec('zipf', { n, alpha }, { scatter }),
      resolveKeySpec('hotspot', { n, hot: Math.ceil(n / 3), share }, { scatter }),
    ),
  );

const anySeed = fc.nat(2 ** 32 - 1);

function keysOf(spec: KeySpec, seed: number, name: string, hits: number): number[] {
  const generator = createKeyGenerator(spec, seed, name);
  return Array.from({ length: hits }, (_, hit) => generator.at(hit));
}

describe('createKeyGenerator', () => {
  it('gives integers in [0, n) for every hit', () => {
    fc.assert(
      fc.property(anySpec, anySeed, fc.maxSafeNat(), (spec, seed, hit) => {
        const { n, at } = createKeyGenerator(spec, seed, 'user');
        assert.equal(n, spec.n);
        for (const asked of [hit, 0, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
          const key = at(asked);
          assert.ok(Number.isSafeInteger(key) && key >= 0 && key < n, `${key} of ${n}`);
        }
      }),
    );
  });

  it('gives a hit the same key whoever asks, in whatever order', () => {
    fc.assert(
      fc.property(anySpec, anySeed, fc.integer({ min: 1, max: 16 }), (spec, seed, workers) => {
        const hits = 64;
        const shared = new Array<number>(hits);
        for (let worker = workers - 1; worker >= 0; worker--) {
          const own = createKeyGenerator(structuredClone(spec), seed, 'user');
          for (let hit = worker; hit < hits; hit += workers) shared[hit] = own.at(hit);
        }
        assert.deepEqual(shared, keysOf(spec, seed, 'user', hits));
      }),
    );
  });

  it('gives other keys for another seed or another name', () => {
    const spec = resolveKeySpec('zipf', { n: 1e6, alpha: 1 });
    const base = keysOf(spec, 1, 'user', 50);
    assert.notDeepEqual(keysOf(spec, 2, 'user', 50), base);
    assert.notDeepEqual(keysOf(spec, 1, 'other', 50), base);
    const hottest = (seed: number, name: string) => createPopularityOrder(spec, seed, name).at(0);
    assert.equal(new Set([hottest(1, 'user'), hottest(2, 'user'), hottest(1, 'other')]).size, 3);
  });

  it('puts ranks at the low keys when it does not scatter, anywhere when it does', () => {
    const share = (scatter: boolean) => {
      const keys = keysOf(resolveKeySpec('zipf', { n: 1e6, alpha: 1.5 }, { scatter }), 1, '', 1000);
      return keys.filter((key) => key < 100).length / keys.length;
    };
    assert.ok(share(false) > 0.9);
    assert.ok(share(true) < 0.3);
  });

  it('gives the same keys for ever', () => {
    const golden: readonly (readonly [KeySpec, number, string, readonly number[]])[] = [
      [resolveKeySpec('zipf', { n: 1e6, alpha: 1.2 }), 1, 'user', [853014, 626003, 880556, 583019, 716063]],
      [
        resolveKeySpec('zipf', { n: 1e9, alpha: 0.99 }),
        42,
        '',
        [233418756, 516871653, 939755390, 721661315, 436910191],
      ],
      [resolveKeySpec('zipf', { n: 1000, alpha: 1 }, { scatter: false }), 42, 'key', [5, 6, 161, 8, 297]],
      [
        resolveKeySpec('uniform', { n: 2 ** 53 - 1 }),
        7,
        'user',
        [7787431391520425, 3403927869442018, 6815889792555257, 7802410118043720, 7684751245974434],
      ],
      [
        resolveKeySpec('hotspot', { n: 1e6, hot: 50, share: 0.7 }),
        7,
        'hot',
        [711639, 560347, 557570, 404713, 729373],
      ],
      [resolveKeySpec('sequential', { n: 3 }), 7, 'user', [0, 1, 2, 0, 1]],
      [resolveKeySpec('sequential', { n: 1000 }, { scatter: true }), 7, 'user', [547, 239, 396, 977, 313]],
      [
        resolveKeySpec('latest', { n: 1000000, start: 1000, growth: 0.5 }),
        7,
        'user',
        [997, 360, 1000, 786, 997],
      ],
      [resolveKeySpec('exponential', { n: 1000000 }), 7, 'user', [995375, 486476, 844204, 140933, 50985]],
      [resolveKeySpec('selfsimilar', { n: 1000000 }), 7, 'user', [638340, 715538, 469787, 530080, 192159]],
      [
        resolveKeySpec('zoned', { n: 1000000, hits: [60, 30, 10], keys: [10, 20, 70] }),
        7,
        'user',
        [251426, 421985, 427090, 581536, 693134],
      ],
      [resolveKeySpec('empirical', { weights: [5, 3, 1, 1] }), 7, 'user', [3, 0, 1, 0, 0]],
      [
        resolveKeySpec('mixture', { n: 1000, of: ['zipf', { weight: 2, uniform: {} }] }),
        7,
        'user',
        [825, 325, 543, 82, 265],
      ],
      [
        resolveKeySpec('shift', { n: 1000000, every: 2, by: 1000, of: 'zipf' }),
        7,
        'user',
        [87902, 743574, 347397, 869800, 583330],
      ],
    ];
    assert.deepEqual(
      golden.map(([spec, seed, name]) => keysOf(spec, seed, name, 5)),
      golden.map(([, , , keys]) => keys),
    );
  });

  it('refuses a spec that nothing has checked', () => {
    const spec = resolveKeySpec('zipf', { n: 10 });
    assert.throws(() => createKeyGenerator({ ...spec, distribution: 'zpf' }, 1), RangeError);
    assert.throws(() => createKeyGenerator({ ...spec, distribution: 'toString' }, 1), RangeError);
    assert.throws(() => createKeyGenerator({ ...spec, params: {} }, 1), /alpha is missing/);
  });
});

describe('createPopularityOrder', () => {
  it('lists every key once, the most likely first', () => {
    const specs = [
      resolveKeySpec('zipf', { n: 300, alpha: 1.1 }),
      resolveKeySpec('zipf', { n: 300, alpha: 1.1 }, { scatter: false }),
      resolveKeySpec('hotspot', { n: 300, hot: 30, share: 0.9 }),
      resolveKeySpec('hotspot', { n: 300, hot: 30, share: 0.01 }),
      resolveKeySpec('uniform', { n: 300 }),
      resolveKeySpec('sequential', { n: 300 }),
    ];
    for (const spec of specs) {
      const order = Array.from({ length: 300 }, (_, i) => createPopularityOrder(spec, 5, 'k').at(i));
      assert.equal(new Set(order).size, 300);

      const drawn = new Array<number>(300).fill(0);
      const generator = createKeyGenerator(spec, 5, 'k');
      for (let hit = 0; hit < 30_000; hit++) {
        const key = generator.at(hit);
        drawn[key] = (drawn[key] ?? 0) + 1;
      }
      const hits = (keys: readonly number[]) => keys.reduce((sum, key) => sum + (drawn[key] ?? 0), 0);
      const pmf = bindShape(spec).pmf();
      const masses = order.slice(0, 30).map((_, place) => pmf(bindShape(spec).rankAtPlace?.(place) ?? place));
      const expected = 30_000 * masses.reduce((sum, mass) => sum + mass, 0);
      const seen = hits(order.slice(0, 30));
      assert.ok(
        Math.abs(seen - expected) < 5 * Math.sqrt(expected),
        `${spec.distribution}: ${seen}, not ${expected}`,
      );
    }
  });
});
