import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createKeyGenerator } from './generator.js';
import { resolveKeySpec } from './spec.js';
import { type HitRange, keyStatistics } from './statistics.js';

const zipf = resolveKeySpec('zipf', { n: 1e6, alpha: 1.2 });

/** Counted as one would count without thinking about cost. */
function countedPlainly(ranges: readonly HitRange[], seed: number) {
  const generator = createKeyGenerator(zipf, seed, 'user');
  const counts = new Map<number, number>();
  for (const { start, stride, count } of ranges) {
    for (let i = 0; i < count; i++) {
      const key = generator.at(start + i * stride);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  const drawn = ranges.reduce((sum, { count }) => sum + count, 0);
  const descending = [...counts.values()].sort((a, b) => b - a);
  const share = (keys: number) =>
    drawn === 0 ? 0 : descending.slice(0, keys).reduce((sum, count) => sum + count, 0) / drawn;
  return { drawn, examined: drawn, distinct: counts.size, top1Share: share(1), top10Share: share(10) };
}

describe('keyStatistics', () => {
  it('is what counting every key gives', () => {
    const range = fc.record({
      start: fc.nat(2 ** 40),
      stride: fc.integer({ min: 1, max: 16 }),
      count: fc.nat(300),
    });
    fc.assert(
      fc.property(fc.array(range, { maxLength: 5 }), fc.nat(2 ** 32 - 1), (ranges, seed) => {
        const { ranks, ...counted } = keyStatistics(zipf, seed, 'user', ranges);
        assert.ok(ranks !== undefined && ranks.length < 60);
        assert.deepEqual(counted, {
          distribution: 'zipf',
          n: 1e6,
          ...countedPlainly(ranges, seed),
        });
      }),
    );
  });

  it('examines no more than it is told, spread over all that was drawn', () => {
    const workers = Array.from({ length: 4 }, (_, worker) => ({
      start: worker,
      stride: 4,
      count: 250_000_000,
    }));
    const sampled = keyStatistics(zipf, 3, 'user', workers, 50_000);
    assert.equal(sampled.drawn, 1e9);
    assert.equal(sampled.examined, 50_000);
    const all = keyStatistics(zipf, 3, 'user', [{ start: 0, stride: 1, count: 200_000 }]);
    assert.ok(Math.abs(sampled.top1Share - all.top1Share) < 0.01);
    assert.ok(Math.abs(sampled.top10Share - all.top10Share) < 0.01);

    // Were the sample the first hits, or every so many-th, it would see a part of the keys again and again.
    const inOrder = resolveKeySpec('sequential', { n: 1000 });
    const walk = keyStatistics(inOrder, 3, 'user', [{ start: 0, stride: 1, count: 1_000_000 }], 10_000);
    assert.equal(walk.distinct, 1000);
  });

  it('leaves out the hits that draw no key', () => {
    const ranges = [{ start: 0, stride: 1, count: 1000 }];
    const half = keyStatistics(zipf, 3, 'user', ranges, undefined, (hit) => hit % 2 === 0);
    assert.deepEqual(half, keyStatistics(zipf, 3, 'user', [{ start: 0, stride: 2, count: 500 }]));
    const none = keyStatistics(zipf, 3, 'user', ranges, undefined, () => false);
    assert.deepEqual([none.drawn, none.distinct, none.top1Share], [0, 0, 0]);
  });

  it('spreads the draws over bands of ranks as the distribution says', () => {
    for (const [name, parameters] of [
      ['zipf', { n: 1e6, alpha: 1.2 }],
      ['hotspot', { n: 1e5, hot: 50, share: 0.7 }],
      ['uniform', { n: 1e15 }],
    ] as const) {
      const spec = resolveKeySpec(name, parameters);
      const { ranks = [] } = keyStatistics(spec, 7, 'user', [{ start: 0, stride: 1, count: 50_000 }]);
      assert.equal(ranks[0]?.first, 1);
      assert.equal(ranks.at(-1)?.last, spec.n);
      ranks.slice(1).forEach(({ first }, i) => {
        assert.equal(first, (ranks[i]?.last ?? 0) + 1);
      });
      const sum = (pick: 'share' | 'expected') => ranks.reduce((total, band) => total + band[pick], 0);
      assert.ok(Math.abs(sum('share') - 1) < 1e-9);
      assert.ok(Math.abs(sum('expected') - 1) < 1e-9);
      // Five deviations of a binomial count, and one count more where the expected ones are few.
      for (const { share, expected } of ranks)
        assert.ok(
          Math.abs(share - expected) <= 5 * Math.sqrt(expected / 50_000) + 1 / 50_000,
          `${name}: ${share} for ${expected}`,
        );
    }
  });
});
