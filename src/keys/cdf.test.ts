import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { bindShape } from './generator.js';
import { distributions } from './registry.js';
import { parseKeyFlag, resolveKeySpec } from './spec.js';

/** Every distribution at a size that can be summed, those that change with the hit among them. */
const specs = [
  'uniform:n=1000',
  'zipf:n=1500,alpha=0',
  'zipf:n=1500,alpha=0.99',
  'zipf:n=1500,alpha=1',
  'zipf:n=1500,alpha=2',
  'hotspot:n=1000,hot=50,share=0.7',
  'hotspot:n=1000,hot=999,share=0',
  'sequential:n=1000',
  'latest:n=1500,alpha=0.99,start=100,growth=0.5',
  'exponential:n=1000',
  'selfsimilar:n=1000,h=0.2',
  'zoned:n=1000,hits=60/30/10,keys=10/20/70',
  'empirical:weights=50/0/20/1e-3',
].map(parseKeyFlag);
const composed = [
  resolveKeySpec('mixture', {
    n: 500,
    of: [
      { weight: 9, zipf: {} },
      { weight: 1, uniform: {} },
    ],
  }),
  resolveKeySpec('shift', { n: 500, every: 10, by: 33, of: 'zipf' }),
];

describe('cdf', () => {
  it('covers every distribution', () => {
    const covered = new Set([...specs, ...composed].map(({ distribution }) => distribution));
    assert.deepEqual([...covered].sort(), Object.keys(distributions).sort());
  });

  for (const spec of [...specs, ...composed]) {
    it(`is the sum of the pmf: ${spec.distribution} ${JSON.stringify(spec.params)}`, () => {
      const { cdf, pmf } = bindShape(spec);
      const massBelow = cdf();
      const chance = pmf();
      fc.assert(
        fc.property(fc.nat(spec.n), fc.nat(2000), (end, hit) => {
          let sum = 0;
          for (let rank = 0; rank < end; rank++) sum += chance(rank, hit);
          assert.ok(Math.abs(massBelow(end, hit) - sum) < 1e-11, `${massBelow(end, hit)} is not ${sum}`);
        }),
        { numRuns: 50 },
      );
      assert.equal(massBelow(0), 0);
      assert.ok(Math.abs(massBelow(spec.n) - 1) < 1e-12);
    });
  }
});
