import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chiSquareTail, logGamma, normalCdf, poissonAtLeast } from './special.js';

const near = (actual: number, expected: number, error: number) =>
  assert.ok(Math.abs(actual - expected) <= error, `${actual} is not ${expected}`);

describe('special functions', () => {
  it('logGamma is the logarithm of factorials, and of √π at 1/2', () => {
    let logFactorial = 0;
    for (let n = 1; n <= 170; n++) {
      logFactorial += Math.log(n);
      near(logGamma(n + 1), logFactorial, 1e-11 * Math.max(1, logFactorial));
    }
    near(logGamma(0.5), Math.log(Math.PI) / 2, 1e-12);
  });

  it('normalCdf agrees with the tables', () => {
    for (const [z, p] of [
      [0, 0.5],
      [1, 0.841344746],
      [-1.96, 0.0249978951],
      [3, 0.998650102],
    ] as const)
      near(normalCdf(z), p, 2e-7);
  });

  it('poissonAtLeast is what the terms sum to', () => {
    for (const mean of [0.01, 0.5, 3, 11, 40, 300]) {
      let term = Math.exp(-mean);
      let atLeast = 1;
      for (let count = 0; count < mean + 8 * Math.sqrt(mean) + 5; count++) {
        near(poissonAtLeast(count, mean), atLeast, 1e-3);
        atLeast -= term;
        term *= mean / (count + 1);
      }
    }
  });

  it('chiSquareTail agrees with the tables', () => {
    for (const [statistic, freedom, p] of [
      [0, 5, 1],
      [3.841459, 1, 0.05],
      [18.307038, 10, 0.05],
      [124.342113, 100, 0.05],
      [2.558212, 10, 0.99],
      [1000, 10, 0],
    ] as const)
      near(chiSquareTail(statistic, freedom), p, 1e-7);
  });
});
