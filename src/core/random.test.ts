import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { assertFollows, assertMean } from './chi-square.test.kit.js';
import { hash32, integerBelow, streamOf, uniform53 } from './random.js';

const TWO_53 = 2 ** 53;
const DRAWS = 100_000;

/** Ways to count: the hash must look random along each of its arguments, and along low-entropy mixtures of them. */
const sequences: readonly (readonly [string, (i: number) => number])[] = [
  ['by hit', (i) => uniform53(1, 2, i, 0)],
  ['by hit, beyond 2^32', (i) => uniform53(1, 2, 2 ** 40 + i, 0)],
  ['by hit, below 2^53', (i) => uniform53(1, 2, TWO_53 - 1 - i, 0)],
  ['by hit, every 2^32nd', (i) => uniform53(1, 2, i * 2 ** 32, 0)],
  ['by hit, every 16th (one worker of 16)', (i) => uniform53(1, 2, 3 + 16 * i, 0)],
  ['by draw', (i) => uniform53(1, 2, 5, i)],
  ['four draws a hit', (i) => uniform53(1, 2, i >>> 2, i & 3)],
  ['by stream', (i) => uniform53(1, i, 5, 0)],
  ['by seed', (i) => uniform53(i, 2, 5, 0)],
  ['by seed, high bits', (i) => uniform53((i << 12) >>> 0, 2, 5, 0)],
  ['eight streams in turns', (i) => uniform53(0, i & 7, i >>> 3, 0)],
  ['eight seeds in turns', (i) => uniform53(i & 7, 0, i >>> 3, 0)],
];

/** The 53 bits of a uniform, as the high 32 and the low 21. */
function wordsOf(u: number): [high: number, low: number] {
  const high = Math.floor(u * 2 ** 32);
  return [high, u * TWO_53 - high * 2 ** 21];
}

function histogram(cells: number, cellOf: (i: number) => number, draws = DRAWS): number[] {
  const counts = new Array<number>(cells).fill(0);
  for (let i = 0; i < draws; i++) {
    const cell = cellOf(i);
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  return counts;
}

const even = (cells: number) => new Array<number>(cells).fill(1 / cells);

describe('uniform53', () => {
  it('is a multiple of 2^−53 in [0, 1), the same whenever asked', () => {
    const word = fc.nat(2 ** 32 - 1);
    fc.assert(
      fc.property(word, word, fc.maxSafeNat(), word, (seed, stream, hit, draw) => {
        const u = uniform53(seed, stream, hit, draw);
        assert.ok(u >= 0 && u < 1 && Number.isInteger(u * TWO_53));
        assert.equal(uniform53(seed, stream, hit, draw), u);
        assert.equal(hash32(seed, stream, hit, draw), Math.floor(u * 2 ** 32));
      }),
    );
  });

  it('gives the same bits for ever', () => {
    assert.deepEqual(
      [
        [0, 0, 0, 0],
        [1, 0, 0, 0],
        [0, 1, 0, 0],
        [0, 0, 1, 0],
        [0, 0, 0, 1],
        [42, 0xdeadbeef, 2 ** 32, 0],
        [0xffffffff, 0xffffffff, TWO_53 - 1, 7],
      ].map(([seed = 0, stream = 0, hit = 0, draw = 0]) => uniform53(seed, stream, hit, draw) * TWO_53),
      [
        5881880132123181, 4373963468348029, 3798140177908699, 1129682132292671, 5144768221863672,
        7785289085443577, 8993028063258999,
      ],
    );
  });

  for (const [name, at] of sequences) {
    it(`is uniform and free of serial correlation ${name}`, () => {
      assertFollows(
        histogram(256, (i) => Math.floor(at(i) * 256)),
        even(256),
        'high bits',
      );
      assertFollows(
        histogram(256, (i) => (at(i) * TWO_53) % 256),
        even(256),
        'low bits',
      );
      for (const lag of [1, 2, 7, 64]) {
        const pairs = histogram(256, (i) => Math.floor(at(i) * 16) * 16 + Math.floor(at(i + lag) * 16));
        assertFollows(pairs, even(256), `pairs ${lag} apart`);
      }
      let products = 0;
      for (let i = 0; i < DRAWS; i++) products += (at(i) - 0.5) * (at(i + 1) - 0.5);
      assertMean(products, DRAWS, 0, 1 / 144, 'serial correlation');
    });

    it(`sets each bit half of the time ${name}`, () => {
      const ones = new Array<number>(53).fill(0);
      for (let i = 0; i < DRAWS; i++) {
        const [high, low] = wordsOf(at(i));
        for (let bit = 0; bit < 32; bit++) ones[bit] = (ones[bit] ?? 0) + ((high >>> bit) & 1);
        for (let bit = 0; bit < 21; bit++) ones[32 + bit] = (ones[32 + bit] ?? 0) + ((low >>> bit) & 1);
      }
      for (const [bit, count] of ones.entries()) assertMean(count, DRAWS, 0.5, 0.25, `bit ${bit}`);
    });
  }

  it('is independent between neighbouring seeds and streams', () => {
    const pairs: readonly (readonly [string, (i: number) => number, (i: number) => number])[] = [
      ['seeds', (i) => uniform53(1, 2, i, 0), (i) => uniform53(2, 2, i, 0)],
      ['seeds, one hit on', (i) => uniform53(1, 2, i, 0), (i) => uniform53(2, 2, i + 1, 0)],
      ['streams', (i) => uniform53(1, 2, i, 0), (i) => uniform53(1, 3, i, 0)],
      ['draws', (i) => uniform53(1, 2, i, 0), (i) => uniform53(1, 2, i, 1)],
      ['seed and stream swapped', (i) => uniform53(1, 2, i, 0), (i) => uniform53(2, 1, i, 0)],
    ];
    for (const [what, first, second] of pairs) {
      const joint = histogram(1024, (i) => Math.floor(first(i) * 32) * 32 + Math.floor(second(i) * 32));
      assertFollows(joint, even(1024), what);
    }
  });

  it('flips each bit of the result half of the time when one bit of an argument flips', () => {
    const samples = 2000;
    const flips = new Array<number>(32).fill(0);
    const inputs: readonly ((at: number, bit: number) => number)[] = [
      (at, bit) => hash32((at ^ (1 << bit)) >>> 0, 2, 5, 0) ^ hash32(at, 2, 5, 0),
      (at, bit) => hash32(1, (at ^ (1 << bit)) >>> 0, 5, 0) ^ hash32(1, at, 5, 0),
      (at, bit) => hash32(1, 2, (at ^ (1 << bit)) >>> 0, 0) ^ hash32(1, 2, at, 0),
      (at, bit) => hash32(1, 2, at + (bit < 21 ? 2 ** (32 + bit) : 2 ** 52), 0) ^ hash32(1, 2, at, 0),
    ];
    for (const [argument, difference] of inputs.entries()) {
      for (let bit = 0; bit < 32; bit++) {
        flips.fill(0);
        for (let i = 0; i < samples; i++) {
          const changed = difference(hash32(9, 9, i, 0), bit);
          for (let out = 0; out < 32; out++) flips[out] = (flips[out] ?? 0) + ((changed >>> out) & 1);
        }
        for (const [out, count] of flips.entries()) {
          assertMean(count, samples, 0.5, 0.25, `argument ${argument}, bit ${bit} to ${out}`);
        }
      }
    }
  });
});

describe('integerBelow', () => {
  it('is in [0, n) for any n', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: TWO_53 - 1 }), fc.maxSafeNat(), (n, hit) => {
        const value = integerBelow(n, 1, 2, hit, 0);
        assert.ok(Number.isSafeInteger(value) && value >= 0 && value < n);
      }),
    );
  });

  it('is even over [0, n), also where 2^53 is not nearly a multiple of n', () => {
    for (const n of [1, 2, 3, 7, 1000, 2 ** 32 + 1, 2 ** 52 + 1, 3 * 2 ** 51, TWO_53 - 1, TWO_53]) {
      const cells = Math.min(n, 128);
      const at = (i: number) => integerBelow(n, 3, 4, i, 0);
      if (n === 1) assert.equal(at(0), 0);
      else assertFollows(histogramOf(at, n, cells), probabilities(n, cells), `below ${n}`);
    }
    // As ⌊u × n⌋, half of the numbers below 3 × 2^51 would be multiples of three.
    const remainders = histogram(3, (i) => integerBelow(3 * 2 ** 51, 3, 4, i, 0) % 3);
    assertFollows(remainders, even(3), 'remainders by three');
  });

  function histogramOf(at: (i: number) => number, n: number, cells: number): number[] {
    return histogram(cells, (i) => Math.floor((at(i) / n) * cells));
  }

  function probabilities(n: number, cells: number): number[] {
    if (n > 1e6) return even(cells);
    const counts = new Array<number>(cells).fill(0);
    for (let value = 0; value < n; value++) {
      const cell = Math.floor((value / n) * cells);
      counts[cell] = (counts[cell] ?? 0) + 1 / n;
    }
    return counts;
  }
});

describe('streamOf', () => {
  it('tells names apart and stays as it is', () => {
    const names = ['', 'keys', 'keys:user', 'keys:hot', 'arrivals', 'mix'];
    for (let i = 0; i < 1000; i++) names.push(`stream ${i}`);
    assert.equal(new Set(names.map(streamOf)).size, names.length);
    assert.deepEqual(['', 'keys', 'arrivals'].map(streamOf), [2872998923, 2618742192, 261680105]);
  });
});
