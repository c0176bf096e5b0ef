import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { assertFollows } from '../../core/chi-square.test.kit.js';
import { WARMUP_HITS } from '../../core/index.js';
import { bindShape } from '../generator.js';
import { drawRanks, sumOf } from '../histogram.test.kit.js';
import { resolveKeySpec } from '../spec.js';

const SEED = 25;
const STREAM = 26;
const DRAWS = 100_000;

/** Resolves what a profile says, and tests draws against the pmf and the order of popularity against both. */
function assertDrawsByPmf(name: string, raw: Record<string, unknown>, first = 0): void {
  const spec = resolveKeySpec(name, raw);
  const bound = bindShape(spec);
  const pmf = bound.pmf();
  const histogram = drawRanks(bound.ranks(SEED, STREAM), spec.n, DRAWS, first);
  const what = `${name} ${JSON.stringify(raw)}`;
  assertFollows(histogram.counts, histogram.probabilities(sumOf((rank) => pmf(rank, first))), what);

  const order = Array.from({ length: spec.n }, (_, place) => bound.rankAtPlace?.(place) ?? place);
  assert.equal(new Set(order).size, spec.n);
  const chances = order.map((rank) => pmf(rank));
  for (let place = 1; place < spec.n; place++) {
    assert.ok((chances[place] ?? 0) <= (chances[place - 1] ?? 0) * (1 + 1e-12), `${what}, place ${place}`);
  }
}

describe('zoned', () => {
  it('draws by its exact probabilities', () => {
    assertDrawsByPmf('zoned', { n: 1000, hits: [60, 30, 10], keys: [10, 20, 70] });
    assertDrawsByPmf('zoned', { n: 1000, hits: [10, 0, 90], keys: [70, 29, 1] });
    assertDrawsByPmf('zoned', { n: 10, hits: '50/50', keys: '33.3/66.7' });
    assertDrawsByPmf('zoned', { n: 4, hits: [0, 100], keys: [1, 99] });
  });
});

describe('empirical', () => {
  it('draws by its exact probabilities', () => {
    assertDrawsByPmf('empirical', { weights: [5, 3, 0, 1, 1] });
    assertDrawsByPmf('empirical', { n: 3, weights: '1/2/3' });
    assertDrawsByPmf('empirical', { weights: Array.from({ length: 3000 }, (_, i) => (i * 7919) % 101) });
  });

  it('takes the number of keys from the weights', () => {
    const spec = resolveKeySpec('empirical', { weights: [2, 1] });
    assert.equal(spec.n, 2);
    assert.equal(spec.scatter, false);
  });
});

describe('mixture', () => {
  it('draws by its exact probabilities', () => {
    const zipf = { weight: 3, zipf: { alpha: 1.3 } };
    assertDrawsByPmf('mixture', { n: 500, of: [zipf, { weight: 1, uniform: {} }] });
    assertDrawsByPmf('mixture', { n: 500, of: [zipf, { weight: 1, hotspot: { hot: 100, share: 0.01 } }] });
    assertDrawsByPmf('mixture', {
      n: 3,
      of: [{ empirical: { weights: [0, 1, 5] } }, { weight: 2, uniform: null }],
    });
    assertDrawsByPmf('mixture', { n: 100, of: ['zipf', { mixture: { of: ['uniform', 'selfsimilar'] } }] });
  });

  it('draws its parts independently of one another', () => {
    // Were both parts to use the same random numbers, they would agree on the rank.
    const spec = resolveKeySpec('mixture', { n: 1000, of: ['uniform', 'uniform'] });
    const rankOf = bindShape(spec).ranks(SEED, STREAM);
    const histogram = drawRanks(rankOf, 1000, DRAWS);
    assertFollows(
      histogram.counts,
      histogram.probabilities((first, end) => (end - first) / 1000),
      'uniform',
    );
  });

  it('goes by the heaviest part in a space too large to sort', () => {
    const zones = { weight: 2, zoned: { hits: [10, 90], keys: [50, 50] } };
    const spec = resolveKeySpec('mixture', { n: 1e9, of: ['uniform', zones] });
    assert.equal(bindShape(spec).rankAtPlace?.(0), 5e8);
  });
});

describe('shift', () => {
  it('draws by its exact probabilities, before a move and after some', () => {
    const raw = { n: 100, every: DRAWS, by: 7, of: { zipf: { alpha: 1 } } };
    assertDrawsByPmf('shift', raw);
    assertDrawsByPmf('shift', raw, DRAWS);
    assertDrawsByPmf('shift', raw, 15 * DRAWS);
    assertDrawsByPmf(
      'shift',
      { n: 50, every: DRAWS, by: 49, of: { zoned: { hits: [1, 99], keys: [50, 50] } } },
      DRAWS,
    );
  });

  it('has the same hot keys in a warm-up as in the measurement', () => {
    const spec = resolveKeySpec('shift', {
      n: 1000,
      every: 100,
      by: 300,
      of: { hotspot: { hot: 1, share: 0.999 } },
    });
    const measured = bindShape(spec).ranks(SEED, STREAM);
    const warming = bindShape(spec).ranks(SEED, STREAM);
    for (const hit of [0, 99, 100, 250, 12_345]) assert.equal(warming(WARMUP_HITS + hit), measured(hit));
    assert.notEqual(measured(0), measured(100));
  });

  it('slides by the product, however large', () => {
    const size = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(size, size, size, fc.nat({ max: WARMUP_HITS - 1 }), (n, every, by, hit) => {
        const moved = resolveKeySpec('shift', { n, every, by: by % n, of: { zipf: { alpha: 0.5 } } });
        const still = resolveKeySpec('zipf', { n, alpha: 0.5 });
        const moves = BigInt(Math.floor(hit / every));
        const expected =
          (BigInt(bindShape(still).ranks(SEED, STREAM)(hit)) + BigInt(by % n) * moves) % BigInt(n);
        assert.equal(bindShape(moved).ranks(SEED, STREAM)(hit), Number(expected));
      }),
    );
  });
});
