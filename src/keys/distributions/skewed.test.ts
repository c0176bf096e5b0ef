import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { assertFollows, assertMean } from '../../core/chi-square.test.kit.js';
import type { BoundDistribution, Distribution } from '../distribution.js';
import { harmonic } from '../harmonic.js';
import { drawRanks, sumOf } from '../histogram.test.kit.js';
import { exponential } from './exponential.js';
import { latest } from './latest.js';
import { selfsimilar } from './selfsimilar.js';

const SEED = 15;
const STREAM = 16;
const DRAWS = 100_000;

/** A small space against the sum of its pmf, so that rule and pmf are both tested. */
function assertDrawsByPmf(bound: BoundDistribution, n: number, what: string, first = 0): void {
  const pmf = bound.pmf();
  const histogram = drawRanks(bound.ranks(SEED, STREAM), n, DRAWS, first);
  assertFollows(histogram.counts, histogram.probabilities(sumOf((rank) => pmf(rank, first))), what);
}

function assertInRange(distribution: Distribution, params: fc.Arbitrary<Record<string, number>>): void {
  const size = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }));
  fc.assert(
    fc.property(size, params, fc.integer({ min: 0, max: 2 ** 52 }), (n, values, first) => {
      const rankOf = distribution.bind({ n, params: values }).ranks(SEED, STREAM);
      for (let hit = first; hit < first + 20; hit++) {
        const rank = rankOf(hit);
        assert.ok(Number.isSafeInteger(rank) && rank >= 0 && rank < n, `${rank} of ${n}`);
      }
    }),
    { numRuns: 500 },
  );
}

const open = (max: number) => fc.double({ min: 0, max, minExcluded: true, maxExcluded: true, noNaN: true });

describe('exponential', () => {
  it('draws by its exact probabilities', () => {
    for (const n of [1000, 54_321]) {
      for (const [share, fraction] of [
        [0.95, 0.8571428571],
        [0.9, 0.01],
        [0.5, 0.5],
        [1e-9, 0.5],
      ] as const) {
        const bound = exponential.bind({ n, params: { share, fraction } });
        assertDrawsByPmf(bound, n, `n ${n} share ${share} fraction ${fraction}`);
      }
    }
    assertDrawsByPmf(exponential.bind({ n: 2, params: { share: 0.5, fraction: 0.5 } }), 2, 'two keys');
  });

  it('gives the share to the fraction in a space too large to sum', () => {
    const n = 1e12;
    const rankOf = exponential.bind({ n, params: { share: 0.9, fraction: 0.01 } }).ranks(SEED, STREAM);
    let hits = 0;
    for (let hit = 0; hit < DRAWS; hit++) if (rankOf(hit) < n * 0.01) hits++;
    assertMean(hits, DRAWS, 0.9, 0.09, 'share of the first hundredth');
  });

  it('stays in range', () => {
    assertInRange(exponential, fc.record({ share: open(1), fraction: open(1) }));
  });
});

describe('selfsimilar', () => {
  it('draws by its exact probabilities', () => {
    for (const n of [2, 1000, 54_321]) {
      for (const h of [0.01, 0.2, 0.499])
        assertDrawsByPmf(selfsimilar.bind({ n, params: { h } }), n, `${n} ${h}`);
    }
  });

  it('is the 80–20 rule, and within the 20 again', () => {
    const n = 1e12;
    const rankOf = selfsimilar.bind({ n, params: { h: 0.2 } }).ranks(SEED, STREAM);
    let fifth = 0;
    let fifthOfFifth = 0;
    for (let hit = 0; hit < DRAWS; hit++) {
      const rank = rankOf(hit);
      if (rank < n * 0.2) fifth++;
      if (rank < n * 0.04) fifthOfFifth++;
    }
    assertMean(fifth, DRAWS, 0.8, 0.16, '80 %');
    assertMean(fifthOfFifth, DRAWS, 0.64, 0.64 * 0.36, '64 %');
  });

  it('stays in range', () => {
    assertInRange(selfsimilar, fc.record({ h: open(0.5) }));
  });
});

describe('latest', () => {
  it('draws the age by exact zipf probabilities', () => {
    for (const alpha of [0, 0.99, 1, 2]) {
      const bound = latest.bind({ n: 1000, params: { alpha, start: 1000, growth: 0 } });
      assertDrawsByPmf(bound, 1000, `alpha ${alpha}`);
    }
    const young = latest.bind({ n: 1000, params: { alpha: 1, start: 100, growth: 0 } });
    assertDrawsByPmf(young, 1000, 'a tenth exists');
    const grown = latest.bind({ n: 1000, params: { alpha: 1, start: 1, growth: 0.5 } });
    assertDrawsByPmf(grown, 1000, 'all were born', 1e6);
  });

  it('follows the newest key as it moves on', () => {
    const [start, growth, alpha] = [10, 0.05, 0.99];
    const { ranks, pmf } = latest.bind({ n: 1e9, params: { alpha, start, growth } });
    const rankOf = ranks(SEED, STREAM);
    const chance = pmf();
    let newest = 0;
    let expected = 0;
    let variance = 0;
    for (let hit = 0; hit < DRAWS; hit++) {
      const existing = start + Math.floor(growth * hit);
      const rank = rankOf(hit);
      assert.ok(rank < existing);
      if (rank === existing - 1) newest++;
      if (hit % 1000 === 0) {
        const p = chance(existing - 1, hit);
        assert.ok(Math.abs(p - 1 / harmonic(existing, alpha)) < 1e-12);
        assert.equal(chance(existing, hit), 0);
        expected += 1000 * p;
        variance += 1000 * p * (1 - p);
      }
    }
    assert.ok(Math.abs(newest - expected) < 4.5 * Math.sqrt(variance) + 20, `${newest}, not ${expected}`);
  });

  it('gives a hit its key in any order', () => {
    const { ranks } = latest.bind({ n: 1e6, params: { alpha: 1, start: 5, growth: 1 } });
    const forwards = ranks(SEED, STREAM);
    const backwards = ranks(SEED, STREAM);
    const expected = Array.from({ length: 500 }, (_, hit) => forwards(hit));
    const seen: number[] = [];
    for (let hit = 499; hit >= 0; hit--) seen[hit] = backwards(hit);
    assert.deepEqual(seen, expected);
  });

  it('lists the keys by popularity: the newest first, the unborn last', () => {
    const { rankAtPlace } = latest.bind({ n: 6, params: { alpha: 1, start: 4, growth: 1 } });
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5].map((place) => rankAtPlace?.(place)),
      [3, 2, 1, 0, 4, 5],
    );
  });

  it('stays in range', () => {
    const params = fc.record({
      alpha: fc.double({ min: 0, max: 5, noNaN: true }),
      start: fc.constant(1),
      growth: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    assertInRange(latest, params);
  });
});
