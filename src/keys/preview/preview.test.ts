import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createKeyGenerator } from '../generator.js';
import { distributions } from '../registry.js';
import { parseKeyFlag, resolveKeySpec } from '../spec.js';
import { agreementOf, cellBounds, cellChances } from './agreement.js';
import { drawRanks } from './drawn.js';
import { momentsOf } from './moments.js';
import { previewKeys } from './preview.js';

const nested = {
  latest: parseKeyFlag('latest:n=10000,alpha=0.99,start=1000,growth=0.001'),
  mixture: resolveKeySpec('mixture', {
    n: 10_000,
    of: [
      { weight: 7, zipf: {} },
      { weight: 3, uniform: {} },
    ],
  }),
  shift: resolveKeySpec('shift', { n: 10_000, every: 7000, by: 333, of: { zipf: { alpha: 1.2 } } }),
};
/** Each distribution as its own example asks for it; those that a flag cannot hold, or that move too often, in another way. */
const specs = Object.values(distributions).map(({ name, example }) =>
  name in nested ? nested[name as keyof typeof nested] : parseKeyFlag(example),
);

describe('previewKeys', () => {
  for (const spec of specs) {
    it(`agrees with the exact distribution: ${spec.distribution}`, () => {
      const { agreement, distinct, top } = previewKeys(spec, 3, 'key', 100_000, []);
      if (spec.distribution === 'sequential') return assert.equal(agreement, null);
      assert.ok(agreement !== null && agreement.p > 0.001, JSON.stringify(agreement));
      if (distinct.exact !== null) {
        assert.ok(Math.abs(distinct.drawn / distinct.exact - 1) < 0.02, JSON.stringify(distinct));
      }
      for (const { k, drawn, exact } of top)
        assert.ok(drawn <= 1 && (exact ?? 0) <= drawn + 0.02, `top ${k}`);
    });
  }

  it('sees a distribution that is not the one asked for', () => {
    const asked = parseKeyFlag('zipf:n=10000,alpha=1.02');
    const drawn = drawRanks(parseKeyFlag('zipf:n=10000,alpha=1'), 1, 'key', 100_000);
    const bounds = cellBounds(10_000);
    const zipf = distributions['zipf']?.bind(asked);
    assert.ok(zipf !== undefined);
    const agreement = agreementOf(drawn, bounds, cellChances(bounds, zipf.cdf(), [{ hit: 0, share: 1 }]));
    assert.ok(agreement !== null && agreement.p < 1e-4, JSON.stringify(agreement));
  });

  it('draws the keys of a run: as many of each, and in the same order', () => {
    const spec = parseKeyFlag('zipf:n=5000,alpha=0.9');
    const generator = createKeyGenerator(spec, 9, 'user');
    const { ids, counts } = drawRanks(spec, 9, 'user', 2000);
    const numbers = new Map<number, number>();
    for (let hit = 0; hit < 2000; hit++) {
      const key = generator.at(hit);
      if (!numbers.has(key)) numbers.set(key, numbers.size);
      assert.equal(ids[hit], numbers.get(key));
    }
    assert.equal(counts.length, numbers.size);
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      2000,
    );
  });

  it('finds a larger cache never worse, and none above the best but by chance', () => {
    const { caches } = previewKeys(parseKeyFlag('zipf:n=1e5,alpha=1'), 1, 'key', 100_000, [10, 100, 1000]);
    for (const [i, { lru, lfu, best }] of caches.entries()) {
      assert.ok(lru >= (caches[i - 1]?.lru ?? 0) && lfu >= (caches[i - 1]?.lfu ?? 0));
      assert.ok(best !== null && lru <= best + 0.01 && lfu <= best + 0.01 && lfu > lru);
    }
  });

  it('has no test for a single key, or for what moves all the time', () => {
    assert.equal(previewKeys(parseKeyFlag('uniform:n=1'), 1, 'key', 1000, []).agreement, null);
    const restless = resolveKeySpec('shift', { n: 100, every: 1, by: 1, of: 'zipf' });
    assert.equal(previewKeys(restless, 1, 'key', 10_000, []).agreement, null);
  });

  it('takes memory by the draws, not by n', () => {
    const { distinct } = previewKeys(parseKeyFlag('uniform:n=9007199254740991'), 1, 'key', 1000, [10]);
    assert.equal(distinct.drawn, 1000);
  });
});

describe('cellBounds', () => {
  it('part [0, n) into cells, each rank in one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e7 }), (n) => {
        const bounds = cellBounds(n);
        assert.equal(bounds[0], 0);
        assert.equal(bounds.at(-1), n);
        assert.ok(bounds.every((bound, i) => i === 0 || bound > (bounds[i - 1] as number)));
      }),
    );
  });
});

describe('momentsOf', () => {
  it('is one for what stays, and a stretch for each move otherwise', () => {
    assert.deepEqual(momentsOf(parseKeyFlag('zipf:n=10'), 100), [{ hit: 50, share: 1 }]);
    assert.deepEqual(momentsOf(resolveKeySpec('shift', { n: 10, every: 40, by: 1, of: 'zipf' }), 100), [
      { hit: 20, share: 0.4 },
      { hit: 60, share: 0.4 },
      { hit: 90, share: 0.2 },
    ]);
  });
});
