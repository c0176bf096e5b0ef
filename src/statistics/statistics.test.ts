import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { streamOf, uniform53 } from '../core/index.js';
import { holm } from './holm.js';
import { normalCdf, normalQuantile } from './normal.js';
import { median, medianInterval } from './order.js';
import { leastP, type Pair, pairDistribution, rankSumP } from './rank-sum.js';
import { fewestRepeats, MOST_REPEATS, repeatsFor, repeatsNeeded } from './repeats.js';
import { ratioInterval, ratioOf, shiftOf, superiorityOf } from './shift.js';

const near = (actual: number, expected: number, error = 1e-9) =>
  assert.ok(Math.abs(actual - expected) <= error, `${actual} is not ${expected}`);

/** Permeability of membranes, from Hollander and Wolfe, Nonparametric Statistical Methods, table 4.1. */
const permeability: Pair = {
  base: [1.15, 0.88, 0.9, 0.74, 1.21],
  other: [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46],
};

const few = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 });

describe('normal distribution', () => {
  // Abramowitz and Stegun, tables 26.1 and 26.5.
  const table: readonly (readonly [z: number, p: number])[] = [
    [0, 0.5],
    [1, 0.841344746068543],
    [1.959963984540054, 0.975],
    [2.326347874040841, 0.99],
    [3.090232306167813, 0.999],
    [4.753424308822899, 0.999999],
  ];
  for (const [z, p] of table) {
    it(`P(Z ≤ ${z}) = ${p}`, () => {
      near(normalCdf(z), p, 1e-12);
      near(normalCdf(-z) / (1 - p), 1, 1e-8);
      near(normalQuantile(p), z, 1e-8);
    });
  }

  it('keeps its digits far out', () => near(normalCdf(-8) / 6.22096057427178e-16, 1, 1e-9));
});

describe('rankSumP', () => {
  it('is that of the literature', () => {
    // R gives 0.1272 for one side of the same data.
    near(rankSumP([permeability]), 2 * 0.1272, 2e-4);
  });

  // P(U ≤ u) from Mann and Whitney (1947), table I.
  const tails: readonly (readonly [n: number, m: number, tails: readonly number[]])[] = [
    [3, 3, [0.05, 0.1, 0.2, 0.35, 0.5]],
    [4, 3, [0.028, 0.057, 0.114, 0.2, 0.314, 0.429, 0.571]],
    [4, 4, [0.014, 0.029, 0.057, 0.1, 0.171, 0.243, 0.343, 0.443, 0.557]],
    [5, 5, [0.004, 0.008, 0.016, 0.028, 0.048, 0.075, 0.111, 0.155]],
  ];
  for (const [n, m, expected] of tails) {
    it(`has the tails of the table for ${n} and ${m}`, () => {
      let below = 0;
      const distribution = pairDistribution(n, m);
      expected.forEach((tail, u) => {
        below += distribution[u] as number;
        near(below, tail, 0.0006);
      });
    });
  }

  // The greatest U that is significant at 5 % on two sides, from Siegel, Nonparametric Statistics, table K.
  for (const [n, m, critical] of [
    [4, 4, 0],
    [5, 5, 2],
    [6, 6, 5],
    [5, 8, 6],
    [8, 8, 13],
    [10, 10, 23],
    [15, 15, 64],
    [20, 20, 127],
  ] as const) {
    it(`is significant for ${n} and ${m} up to U = ${critical}`, () => {
      const distribution = pairDistribution(n, m);
      const tail = (u: number) => distribution.subarray(0, u + 1).reduce((sum, p) => sum + p, 0);
      assert.ok(2 * tail(critical) <= 0.05);
      assert.ok(2 * tail(critical + 1) > 0.05);
    });
  }

  it('is what going through all deals says, with ties', () => {
    fc.assert(
      fc.property(few, few, (base, other) => near(rankSumP([{ base, other }]), byHand({ base, other }))),
    );
  });

  it('says the same of either direction, and whatever the scale', () => {
    fc.assert(
      fc.property(few, few, (base, other) => {
        const p = rankSumP([{ base, other }]);
        near(rankSumP([{ base: other, other: base }]), p);
        near(rankSumP([{ base: base.map(Math.exp), other: other.map(Math.exp) }]), p);
      }),
    );
  });

  it('is 1 where nothing differs, and for no runs at all', () => {
    near(rankSumP([{ base: [3, 3, 3], other: [3, 3] }]), 1);
    near(rankSumP([]), 1);
    near(rankSumP([{ base: [], other: [1, 2] }]), 1);
  });

  it('goes over to the normal approximation without a step', () => {
    const values = (from: number, length: number) => Array.from({ length }, (_, i) => from + 3 * i);
    const pOf = (length: number) => rankSumP([{ base: values(0, length), other: values(20, length) }]);
    // 30 and 30 is exact, 31 and 31 is not: p goes on as it did.
    const [before, exact, normal] = [pOf(29), pOf(30), pOf(31)] as const;
    near(normal / exact, exact / before, 0.08);
  });

  it('adds up what several pairs of few runs say, and loads apart do not hide it', () => {
    const pair = (load: number): Pair => ({
      base: [1, 2, 3].map((value) => value * load),
      other: [4, 5, 6].map((value) => value * load),
    });
    near(rankSumP([pair(1)]), 0.1);
    near(rankSumP([pair(1), pair(100)]), 2 / 20 ** 2);
    near(rankSumP([pair(1), pair(100), pair(10_000)]), 2 / 20 ** 3);
  });

  it('of a group wholly above the other is leastP', () => {
    for (const [n, m] of [
      [1, 1],
      [3, 3],
      [4, 4],
      [5, 5],
      [3, 9],
    ] as const) {
      const base = Array.from({ length: n }, (_, i) => i);
      const other = Array.from({ length: m }, (_, i) => 100 + i);
      near(rankSumP([{ base, other }]), leastP(n, m));
    }
    near(leastP(5, 5), 2 / 252);
    near(leastP(0, 5), 1);
  });
});

/** Twice the smaller tail over every way to deal the values. */
function byHand({ base, other }: Pair): number {
  const all = [...base, ...other];
  const rankOf = (value: number) =>
    all.filter((each) => each < value).length + (all.filter((each) => each === value).length + 1) / 2;
  const ranks = all.map(rankOf);
  const observed = ranks.slice(base.length).reduce((sum, rank) => sum + rank, 0);
  const sums: number[] = [];
  for (let deal = 0; deal < 2 ** all.length; deal++) {
    const taken = ranks.filter((_, i) => (deal >> i) & 1);
    if (taken.length === other.length) sums.push(taken.reduce((sum, rank) => sum + rank, 0));
  }
  const below = sums.filter((sum) => sum <= observed + 1e-9).length;
  const above = sums.filter((sum) => sum >= observed - 1e-9).length;
  return Math.min(1, (2 * Math.min(below, above)) / sums.length);
}

describe('medians', () => {
  it('of odd and even counts', () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 2, 3]), 2.5);
  });

  // Ranks and coverage from the binomial table: Conover, Practical Nonparametric Statistics, table A3.
  for (const [n, low, high, coverage] of [
    [2, 1, 2, 0.5],
    [5, 1, 5, 0.9375],
    [6, 1, 6, 0.96875],
    [8, 1, 8, 0.9921875],
    [9, 2, 8, 0.9609375],
    [10, 2, 9, 0.978515625],
    [20, 6, 15, 0.958610535],
  ] as const) {
    it(`of ${n} lie between values ${low} and ${high}`, () => {
      const values = Array.from({ length: n }, (_, i) => n - i);
      const interval = medianInterval(values, 0.95);
      assert.deepEqual([interval?.low, interval?.high], [low, high]);
      near(interval?.confidence ?? 0, coverage, 1e-8);
    });
  }

  it('of one value have no interval', () => assert.equal(medianInterval([1], 0.95), null));

  it('of many values have one', () => {
    const interval = medianInterval(
      Array.from({ length: 1000 }, (_, i) => i + 1),
      0.95,
    );
    assert.deepEqual([interval?.low, interval?.high], [469, 532]);
  });

  it('of so many that the chance of the outermost is no number any more, too', () => {
    const interval = medianInterval(
      Array.from({ length: 2000 }, (_, i) => i + 1),
      0.95,
    );
    // By the binomial distribution of scipy.
    assert.deepEqual([interval?.low, interval?.high], [956, 1045]);
    near(interval?.confidence ?? 0, 0.953_447_179_5, 1e-8);
  });
});

describe('shift', () => {
  it('is that of the literature', () => near(shiftOf([permeability]), 0.305));

  it('as a ratio follows the scale', () => {
    fc.assert(
      fc.property(few, fc.double({ min: 0.1, max: 10, noNaN: true }), (base, factor) => {
        const pair = { base, other: base.map((value) => value * factor) };
        const found = ratioOf([pair]) as number;
        // The pairs of equal runs have the factor itself, and for each ratio above it there is one below.
        const interval = ratioInterval(pair, 0.95);
        assert.ok((interval?.low as number) <= factor * (1 + 1e-12));
        assert.ok((interval?.high as number) >= factor * (1 - 1e-12));
        assert.ok(found >= (interval?.low as number) && found <= (interval?.high as number));
      }),
    );
  });

  it('has no ratio to nothing', () => {
    assert.equal(ratioOf([{ base: [0, 1], other: [1, 1] }]), null);
    assert.equal(ratioInterval({ base: [0, 1], other: [1, 1] }, 0.95), null);
    near(shiftOf([{ base: [0, 0], other: [1, 1] }]), 1);
  });

  it('has an interval that holds 1 when, and only when, the test does not reject', () => {
    const values = fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 8, maxLength: 12 });
    fc.assert(
      fc.property(values, (all) => {
        const pair = { base: all.slice(0, 4), other: all.slice(4) };
        const interval = ratioInterval(pair, 0.95);
        const holdsOne = (interval?.low as number) <= 1 && (interval?.high as number) >= 1;
        assert.equal(holdsOne, rankSumP([pair]) > 0.05);
      }),
    );
  });

  it('says what its interval is worth with few runs', () => {
    near(ratioInterval({ base: [1, 2, 3], other: [4, 5, 6] }, 0.95)?.confidence ?? 0, 0.9);
    near(ratioInterval({ base: [2], other: [4] }, 0.95)?.confidence ?? 1, 0);
  });

  it('superiority is the share of pairs', () => {
    near(superiorityOf({ base: [1, 2], other: [2, 3] }), 0.875);
    near(superiorityOf({ base: [1, 2], other: [1, 2] }), 0.5);
    fc.assert(
      fc.property(few, few, (base, other) =>
        near(superiorityOf({ base, other }) + superiorityOf({ base: other, other: base }), 1),
      ),
    );
  });
});

describe('holm', () => {
  it('is that of the literature', () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
    [0.03, 0.06, 0.06, 0.02].forEach((p, i) => {
      near(adjusted[i] as number, p);
    });
    assert.deepEqual(
      holm([0.01, 0.02, 0.03, 0.04, 0.05]).map((p) => Number(p.toFixed(12))),
      [0.05, 0.08, 0.09, 0.09, 0.09],
    );
    assert.deepEqual(holm([]), []);
  });

  it('keeps the order, and is between the p and as many times it as there are', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (ps) => {
        const adjusted = holm(ps);
        ps.forEach((p, i) => {
          const own = adjusted[i] as number;
          assert.ok(own >= p && own <= Math.min(1, ps.length * p));
          ps.forEach((q, j) => {
            assert.ok(p >= q || own <= (adjusted[j] as number));
          });
        });
      }),
    );
  });
});

describe('repeats', () => {
  it('take at least what a whole separation takes', () => {
    assert.equal(fewestRepeats(0.05), 4);
    assert.equal(fewestRepeats(0.05 / 6), 5);
    assert.equal(repeatsFor(100, 0.05 / 6), 5);
  });

  it('grow as the effect shrinks, and have an end', () => {
    const counts = [3, 2, 1.5, 1, 0.7].map((effect) => repeatsFor(effect, 0.05) as number);
    assert.deepEqual(
      counts,
      counts.toSorted((a, b) => a - b),
    );
    assert.equal(repeatsFor(0.01, 0.05), null);
    assert.equal(repeatsFor(0, 0.05), null);
    assert.ok((repeatsFor(0.4, 0.05) as number) <= MOST_REPEATS);
  });

  it('cannot be said of one run, nor where nothing differs', () => {
    assert.equal(repeatsNeeded({ base: [1], other: [2, 3] }, 0.05), null);
    assert.equal(repeatsNeeded({ base: [1, 2], other: [1, 2] }, 0.05), null);
    assert.equal(repeatsNeeded({ base: [1, 1], other: [2, 2] }, 0.05), 4);
  });

  it('prove what they were asked for about nine times in ten', () => {
    for (const effect of [1, 1.5, 2.5]) {
      const repeats = repeatsFor(effect, 0.05) as number;
      const trials = 300;
      let proven = 0;
      for (let trial = 0; trial < trials; trial++) {
        const draw = (side: string, mean: number) =>
          Array.from({ length: repeats }, (_, i) => mean + normalOf(side, trial, i));
        if (rankSumP([{ base: draw('base', 0), other: draw('other', effect) }]) <= 0.05) proven++;
      }
      assert.ok(proven / trials > 0.82 && proven / trials < 0.98, `${effect}: ${proven} of ${trials}`);
    }
  });
});

/** A normal deviate that is always the same. */
function normalOf(name: string, trial: number, i: number): number {
  return normalQuantile(uniform53(1, streamOf(name), trial, i) || 0.5);
}
