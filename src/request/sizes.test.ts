import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { assertFollows } from '../core/chi-square.test.kit.js';
import type { SizeSpec } from '../core/index.js';
import { bytesBody } from './body.js';
import { createPick, createSizes, largestSize } from './sizes.js';

const HITS = 50_000;

function draw(spec: SizeSpec): number[] {
  const size = createSizes(spec, 7);
  return Array.from({ length: HITS }, (_, hit) => size(hit));
}

const specs: fc.Arbitrary<SizeSpec> = fc
  .record({
    low: fc.nat(5000),
    span: fc.nat(5000),
    median: fc.integer({ min: 1, max: 9000 }),
    sigma: fc.double({ min: 0.01, max: 5, noNaN: true }),
    sizes: fc.array(fc.nat(10_000), { minLength: 1, maxLength: 5 }),
    kind: fc.constantFrom('uniform', 'lognormal', 'weighted'),
  })
  .map(({ low, span, median, sigma, sizes, kind }): SizeSpec => {
    if (kind === 'uniform') return { kind, min: low, max: low + span };
    if (kind === 'lognormal') return { kind, median, sigma, min: low, max: low + span };
    return { kind: 'weighted', sizes, weights: sizes.map((_, i) => i + 1) };
  });

describe('sizes', () => {
  it('are as likely as one another when uniform, the bounds too', () => {
    const counts = [0, 0, 0, 0];
    for (const size of draw({ kind: 'uniform', min: 5, max: 8 })) (counts[size - 5] as number)++;
    assertFollows(counts, [0.25, 0.25, 0.25, 0.25], 'sizes');
  });

  it('follow their weights, and a weight of 0 never comes', () => {
    const sizes = draw({ kind: 'weighted', sizes: [100, 2000, 9, 0], weights: [90, 9, 1, 0] });
    const counts = [100, 2000, 9].map((size) => sizes.filter((drawn) => drawn === size).length);
    assertFollows(counts, [0.9, 0.09, 0.01], 'sizes');
  });

  it('are lognormal: quantiles where the normal has them', () => {
    const sizes = draw({ kind: 'lognormal', median: 100_000, sigma: 1.2, min: 0, max: 2 ** 30 });
    // Of the standard normal: 0, ±1, ±2; the shares between them.
    const edges = [-2, -1, 0, 1, 2].map((z) => 100_000 * Math.exp(1.2 * z));
    const counts = new Array<number>(6).fill(0);
    for (const size of sizes) (counts[edges.filter((edge) => size > edge).length] as number)++;
    const tail = 0.022750131948179;
    const side = 0.135905121983278;
    const half = 0.5 - tail - side;
    assertFollows(counts, [tail, side, half, half, side, tail], 'sizes');
  });

  it('stay within their bounds, and depend on the hit alone', () => {
    fc.assert(
      fc.property(specs, fc.nat(), (spec, hit) => {
        const size = createSizes(spec, 3)(hit);
        assert.equal(size, createSizes(spec, 3)(hit));
        assert.ok(Number.isInteger(size) && size >= 0 && size <= largestSize(spec));
        if (spec.kind !== 'weighted') assert.ok(size >= spec.min);
      }),
    );
  });

  it('are those of the bodies, fixed and random', () => {
    fc.assert(
      fc.property(specs, fc.nat(), fc.boolean(), (size, hit, random) => {
        const body = bytesBody({ kind: 'bytes', size, random }, 3);
        assert.ok(typeof body !== 'string');
        assert.equal(body(hit).length, createSizes(size, 3)(hit));
      }),
      { numRuns: 30 },
    );
  });
});

describe('a pick', () => {
  it('never falls to a weight of 0, whatever the number', () => {
    const weights = fc
      .array(fc.constantFrom(0, 0.1, 1, 7), { minLength: 1, maxLength: 6 })
      .filter((all) => all.some((weight) => weight > 0));
    fc.assert(
      fc.property(weights, fc.double({ min: 0, max: 1 - 2 ** -53, noNaN: true }), (all, uniform) => {
        assert.ok((all[createPick(all)(uniform)] ?? 0) > 0);
      }),
    );
  });
});
