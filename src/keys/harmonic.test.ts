import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { harmonic } from './harmonic.js';

const alphas = [0, 0.1, 0.5, 0.99, 1 - 1e-12, 1, 1 + 1e-12, 1.2, 2, 5.5, 30, 1100, 1e308];

function near(actual: number, expected: number, relative: number, what: string): void {
  assert.ok(
    Math.abs(actual - expected) <= relative * Math.abs(expected),
    `${what}: ${actual}, not ${expected}`,
  );
}

/** Summed term by term, with what each addition rounds off carried along (Kahan). */
function plainSum(n: number, alpha: number): number {
  let sum = 0;
  let lost = 0;
  for (let k = n; k >= 1; k--) {
    const term = k ** -alpha - lost;
    const next = sum + term;
    lost = next - sum - term;
    sum = next;
  }
  return sum;
}

describe('harmonic', () => {
  it('is the sum of its terms', () => {
    for (const alpha of alphas) {
      for (const n of [0, 1, 2, 10, 1000, 1001, 1002, 54_321, 200_000]) {
        near(harmonic(n, alpha), plainSum(n, alpha), 1e-14, `H(${n}, ${alpha})`);
      }
    }
  });

  it('meets its limits', () => {
    const eulerGamma = 0.5772156649015329;
    for (const n of [1e9, 1e15, Number.MAX_SAFE_INTEGER]) {
      near(harmonic(n, 0), n, 1e-14, `H(${n}, 0)`);
      near(harmonic(n, 1), Math.log(n) + eulerGamma + 1 / (2 * n), 1e-14, `H(${n}, 1)`);
      near(harmonic(n, 2), Math.PI ** 2 / 6 - 1 / n, 1e-14, `H(${n}, 2)`);
      near(harmonic(n, 4), Math.PI ** 4 / 90, 1e-14, `H(${n}, 4)`);
    }
  });

  it('steps by one term at any size', () => {
    for (const alpha of [0.25, 0.5]) {
      const n = 1e9;
      near(harmonic(n, alpha) - harmonic(n - 1000, alpha), 1000 * n ** -alpha, 1e-5, `step at ${alpha}`);
    }
  });
});
