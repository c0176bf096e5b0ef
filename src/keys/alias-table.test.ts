import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { assertFollows } from '../core/chi-square.test.kit.js';
import { uniform53 } from '../core/index.js';
import { AliasTable } from './alias-table.js';

function counts(weights: readonly number[], draws: number): number[] {
  const table = new AliasTable(weights);
  const seen = weights.map(() => 0);
  for (let i = 0; i < draws; i++) {
    const index = table.pick(uniform53(1, 2, i, 0));
    seen[index] = (seen[index] ?? 0) + 1;
  }
  return seen;
}

describe('AliasTable', () => {
  it('draws each index by its weight', () => {
    const lists = [
      [1, 1],
      [1, 2, 3, 4],
      [0, 5, 0, 0, 1],
      [1e300, 1e308, 1e308],
      [3e-320, 1e-320],
      Array.from({ length: 1000 }, (_, i) => 1 / (i + 1)),
    ];
    for (const weights of lists) {
      const largest = Math.max(...weights);
      const sum = weights.reduce((total, weight) => total + weight / largest, 0);
      assertFollows(
        counts(weights, 100_000),
        weights.map((weight) => weight / largest / sum),
        `${weights.length} weights`,
      );
    }
    assert.deepEqual(counts([7], 10), [10]);
  });

  it('never draws what has no weight', () => {
    const list = fc.array(
      fc.oneof(fc.constant(0), fc.double({ min: 0, noNaN: true, noDefaultInfinity: true })),
      {
        minLength: 1,
        maxLength: 50,
      },
    );
    fc.assert(
      fc.property(list, (weights) => {
        fc.pre(weights.some((weight) => weight > 0));
        const table = new AliasTable(weights);
        for (const u of [0, 1 - 2 ** -53, ...weights.map((_, i) => (i + 0.999999) / weights.length)]) {
          assert.ok((weights[table.pick(u)] ?? 0) > 0);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('refuses to draw from nothing', () => {
    for (const weights of [[], [0], [0, 0], [Number.NaN], [Number.POSITIVE_INFINITY]]) {
      assert.throws(() => new AliasTable(weights), RangeError);
    }
  });
});
