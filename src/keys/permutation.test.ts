import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { assertFollows } from '../core/chi-square.test.kit.js';
import { permutation } from './permutation.js';

const TABLE = 2 ** 16;
const even = (cells: number) => new Array<number>(cells).fill(1 / cells);

function count(cells: number, draws: number, cellOf: (i: number) => number): number[] {
  const counts = new Array<number>(cells).fill(0);
  for (let i = 0; i < draws; i++) {
    const cell = cellOf(i);
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  return counts;
}

describe('permutation', () => {
  it('meets every index exactly once', () => {
    const sizes = [
      1,
      2,
      3,
      4,
      5,
      7,
      16,
      31,
      100,
      1000,
      TABLE - 1,
      TABLE,
      TABLE + 1,
      100_003,
      2 ** 17,
      2 ** 17 + 1,
    ];
    for (const n of sizes) {
      for (const seed of [0, 1, 0xffffffff]) {
        const at = permutation(n, seed, 3);
        const seen = new Uint8Array(n);
        for (let i = 0; i < n; i++) {
          const image = at(i);
          assert.ok(Number.isInteger(image) && image >= 0 && image < n);
          seen[image] = 1;
        }
        assert.equal(seen.indexOf(0), -1, `n = ${n}, seed ${seed}`);
      }
    }
  });

  it('sends different indices to different places, at any n', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: TABLE, max: Number.MAX_SAFE_INTEGER }),
        fc.nat(2 ** 32 - 1),
        fc.maxSafeNat(),
        (n, seed, from) => {
          const at = permutation(n, seed, 3);
          const images = new Set<number>();
          for (let i = 0; i < 100; i++) {
            // Neighbours, and indices that differ in high bits.
            const index = i < 50 ? ((from % n) + i) % n : Math.floor((n / 50) * (i - 50));
            images.add(at(index));
            assert.ok(Number.isSafeInteger(at(index)) && at(index) >= 0 && at(index) < n);
          }
          const indices = Array.from({ length: 100 }, (_, i) =>
            i < 50 ? ((from % n) + i) % n : Math.floor((n / 50) * (i - 50)),
          );
          assert.equal(images.size, new Set(indices).size);
        },
      ),
    );
  });

  it('of few elements is any permutation, each as likely', () => {
    for (const [n, total] of [
      [2, 2],
      [3, 6],
      [4, 24],
      [5, 120],
    ] as const) {
      const counts = count(total, total * 200, (seed) => {
        const at = permutation(n, seed, 3);
        return indexOfPermutation(Array.from({ length: n }, (_, i) => at(i)));
      });
      assertFollows(counts, even(total), `permutations of ${n}`);
    }
  });

  for (const n of [
    1000,
    TABLE,
    TABLE + 1,
    1e6,
    2 ** 20 + 1,
    1e9,
    2 ** 32 + 7,
    1e15,
    Number.MAX_SAFE_INTEGER,
  ]) {
    it(`of ${n} scatters neighbours`, () => {
      const cell = (index: number, cells: number) => Math.floor((index / n) * cells);
      const gap = (from: number, to: number) => (to >= from ? to - from : to - from + n);

      // A table of this size costs a millisecond a seed.
      if (n !== TABLE) {
        const overSeeds = count(64, 6000, (seed) => {
          const at = permutation(n, seed, 3);
          return cell(at(0), 8) * 8 + cell(at(1), 8);
        });
        assertFollows(overSeeds, even(64), 'the two hottest, over seeds');
      }
      if (n === 1000) return;

      const at = permutation(n, 9, 3);
      const draws = Math.min(20_000, Math.floor(n / 16));
      assertFollows(
        count(64, draws, (i) => cell(at(i), 64)),
        even(64),
        'places',
      );
      assertFollows(
        count(64, draws, (i) => cell(gap(at(i), at(i + 1)), 64)),
        even(64),
        'gaps between neighbours',
      );
      assertFollows(
        count(64, draws, (i) => (at(i) % 8) * 8 + (at(i + 1) % 8)),
        even(64),
        'low bits of neighbours',
      );
    });
  }
});

/** Its place among the permutations of its length (Lehmer code). */
function indexOfPermutation(images: readonly number[]): number {
  return images.reduce(
    (index, image, i) =>
      index * (images.length - i) + images.slice(i + 1).filter((later) => later < image).length,
    0,
  );
}
