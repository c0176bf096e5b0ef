import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { assertFollows } from '../../core/chi-square.test.kit.js';
import { drawRanks, sumOf } from '../histogram.test.kit.js';
import { hotspot } from './hotspot.js';
import { sequential } from './sequential.js';
import { uniform } from './uniform.js';

const SEED = 5;
const STREAM = 6;
const DRAWS = 200_000;

describe('uniform', () => {
  it('draws every rank alike', () => {
    for (const n of [2, 3, 10, 1000, 1e6, 1e9, 2 ** 52 + 1, Number.MAX_SAFE_INTEGER]) {
      const histogram = drawRanks(uniform.bind({ n, params: {} }).ranks(SEED, STREAM), n, DRAWS);
      const cells = histogram.probabilities((first, end) => (end - first) / n);
      assertFollows(histogram.counts, cells, `n = ${n}`);
    }
    assert.equal(uniform.bind({ n: 1, params: {} }).ranks(SEED, STREAM)(7), 0);
  });
});

describe('hotspot', () => {
  it('draws by its exact probabilities', () => {
    const cases = [
      { n: 2, hot: 1, share: 0.9 },
      { n: 10, hot: 3, share: 0.5 },
      { n: 1000, hot: 50, share: 0.7 },
      { n: 1000, hot: 999, share: 0.01 },
      { n: 1e6, hot: 50, share: 0.7 },
      { n: 1e6, hot: 200_000, share: 0.8 },
    ];
    for (const { n, hot, share } of cases) {
      const bound = hotspot.bind({ n, params: { hot, share } });
      const histogram = drawRanks(bound.ranks(SEED, STREAM), n, DRAWS);
      assertFollows(
        histogram.counts,
        histogram.probabilities(sumOf(bound.pmf())),
        `n ${n} hot ${hot} share ${share}`,
      );
    }
  });

  it('gives the hot keys their share beyond 2^32 too', () => {
    const n = 2 ** 50;
    const rankOf = hotspot.bind({ n, params: { hot: 2 ** 40, share: 0.25 } }).ranks(SEED, STREAM);
    let hot = 0;
    for (let hit = 0; hit < DRAWS; hit++) if (rankOf(hit) < 2 ** 40) hot++;
    assertFollows([hot, DRAWS - hot], [0.25, 0.75], 'hot and cold');
  });

  it('sends nothing to the cold keys at share 1, and nothing to the hot ones at share 0', () => {
    for (const share of [0, 1]) {
      const rankOf = hotspot.bind({ n: 100, params: { hot: 10, share } }).ranks(SEED, STREAM);
      for (let hit = 0; hit < 2000; hit++) assert.equal(rankOf(hit) < 10, share === 1);
    }
  });

  it('puts the cold keys first in the order of popularity when they are the popular ones', () => {
    for (const share of [0.01, 0.9]) {
      const { rankAtPlace = (place: number) => place, pmf } = hotspot.bind({
        n: 100,
        params: { hot: 10, share },
      });
      const order = Array.from({ length: 100 }, (_, place) => rankAtPlace(place));
      assert.deepEqual(new Set(order).size, 100);
      const chances = order.map(pmf());
      assert.deepEqual(
        chances,
        chances.toSorted((a, b) => b - a),
      );
    }
  });
});

describe('sequential', () => {
  it('goes through all ranks, again and again', () => {
    const rankOf = sequential.bind({ n: 4, params: {} }).ranks(SEED, STREAM);
    assert.deepEqual([0, 1, 2, 3, 4, 5, 6, 7, 8].map(rankOf), [0, 1, 2, 3, 0, 1, 2, 3, 0]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), fc.maxSafeNat(), (n, hit) => {
        const rank = sequential.bind({ n, params: {} }).ranks(SEED, STREAM)(hit);
        assert.equal(BigInt(rank), BigInt(hit) % BigInt(n));
      }),
    );
  });
});
