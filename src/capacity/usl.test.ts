import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { streamOf, uniform53 } from '../core/index.js';
import { nonNegative } from './least-squares.js';
import { fitUsl, type UslPoint } from './usl.js';
import { runsTest } from './usl-quality.js';

const POWERS = [1, 2, 4, 8, 16, 32, 64, 128];
const law = (lambda: number, sigma: number, kappa: number) => (n: number) =>
  (lambda * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1));

/** Points of `of`, with relative noise in [-noise, noise]. */
function points(of: (n: number) => number, { noise = 0, repeats = 1, counts = POWERS } = {}): UslPoint[] {
  let draws = 0;
  return counts.flatMap((n) =>
    Array.from({ length: repeats }, () => {
      const factor = 1 + noise * (2 * uniform53(1, streamOf('usl'), draws++, 0) - 1);
      return { n, throughput: of(n) * factor };
    }),
  );
}

const close = (actual: number | null | undefined, expected: number, share: number, what: string) =>
  assert.ok(
    Math.abs((actual ?? Number.NaN) - expected) <= share * expected,
    `${what}: ${actual}, not ${expected}`,
  );

describe('Universal Scalability Law', () => {
  it('gives back the law that exact points were made from', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 1e5, noNaN: true }),
        fc.double({ min: 1e-3, max: 0.5, noNaN: true }),
        fc.double({ min: 1e-6, max: 1e-2, noNaN: true }),
        (lambda, sigma, kappa) => {
          const fit = fitUsl(points(law(lambda, sigma, kappa)));
          close(fit?.lambda, lambda, 1e-6, 'lambda');
          close(fit?.sigma, sigma, 1e-5, 'sigma');
          close(fit?.kappa, kappa, 1e-5, 'kappa');
          close(fit?.peakConnections, Math.max(1, Math.sqrt((1 - sigma) / kappa)), 1e-4, 'peak');
          assert.ok((fit?.r2 ?? 0) > 0.999_999);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('finds the peak of noisy points, and believes in it', () => {
    const fit = fitUsl(points(law(1000, 0.03, 2e-4), { noise: 0.05, repeats: 3 }));
    close(fit?.peakConnections, Math.sqrt(0.97 / 2e-4), 0.15, 'peak');
    close(fit?.peak, law(1000, 0.03, 2e-4)(Math.sqrt(0.97 / 2e-4)), 0.05, 'throughput');
    assert.deepEqual(fit?.reasons, []);
    assert.equal(fit?.fits, true);
  });

  it('is not moved by a run that went wrong', () => {
    const all = points(law(1000, 0.03, 2e-4), { noise: 0.01, repeats: 3 });
    const wrong = all.map((point, i) => (i === 17 ? { ...point, throughput: point.throughput / 3 } : point));
    close(fitUsl(wrong)?.sigma, 0.03, 0.2, 'sigma');
    close(fitUsl(wrong)?.kappa, 2e-4, 0.2, 'kappa');
  });

  it('never has a negative coefficient, whatever the points', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            n: fc.integer({ min: 1, max: 500 }),
            throughput: fc.double({ min: 0.01, max: 1e6, noNaN: true }),
          }),
          {
            minLength: 1,
            maxLength: 30,
          },
        ),
        (some) => {
          const fit = fitUsl(some);
          if (fit === null) return;
          for (const value of [fit.sigma, fit.kappa, fit.lambda])
            assert.ok(value >= 0 && Number.isFinite(value));
          assert.ok(fit.peak === null || fit.peak > 0);
          assert.equal(fit.fits, fit.reasons.length === 0);
        },
      ),
    );
  });

  it('has no peak of what scales for ever, and an asymptote of what has no coherence cost', () => {
    const linear = fitUsl(points((n) => 100 * n));
    assert.equal(linear?.peak, null);
    assert.equal(linear?.peakConnections, null);
    const amdahl = fitUsl(points(law(100, 0.1, 0)));
    assert.equal(amdahl?.peakConnections, null);
    close(amdahl?.peak, 1000, 1e-3, 'asymptote');
    // A σ that noise has made: the asymptote would lie fifty times as high as anything measured.
    assert.equal(fitUsl(points(law(1000, 1.5e-4, 0)))?.peak, null);
  });

  const bad: readonly (readonly [name: string, points: UslPoint[], reason: RegExp])[] = [
    ['few points', points(law(100, 0.05, 1e-3), { counts: [1, 2, 4, 8, 16] }), /5 points are too few/],
    ['nothing but noise', points(() => 100, { noise: 0.5, repeats: 3 }), /R² is/],
    // A cliff: what a pool of 32 does that refuses the rest.
    ['a cliff', points((n) => (n <= 32 ? 100 * n : 600), { noise: 0.01, repeats: 3 }), /misses the points/],
    ['a peak far out', points(law(100, 0, 1e-7)), /far beyond what was measured/],
  ];
  for (const [name, some, reason] of bad) {
    it(`does not fit ${name}, and says why`, () => {
      const fit = fitUsl(some);
      assert.equal(fit?.fits, false);
      assert.match(fit?.reasons.join('; ') ?? '', reason);
    });
  }

  it('is nothing of fewer than three points', () => {
    assert.equal(fitUsl(points(law(1, 0.1, 0.1), { counts: [1, 2], repeats: 4 })), null);
  });
});

describe('runs test', () => {
  // Of 4 and 4: C(8, 4) = 70 orders; two of them have 2 runs, 8 have 3 or fewer.
  const cases: readonly (readonly [signs: string, p: number])[] = [
    ['++++----', 2 / 70],
    ['+----+++', 8 / 70],
    ['+-+-+-+-', 1],
    ['++++', 1],
  ];
  for (const [signs, p] of cases) {
    it(`${signs} has p = ${p.toFixed(3)}`, () => {
      assert.ok(Math.abs(runsTest([...signs].map((sign) => (sign === '+' ? 1 : -1))) - p) < 1e-12);
    });
  }
});

describe('non-negative least squares', () => {
  it('has a gradient of 0 where an unknown is used, and one that points down where it is not', () => {
    const equation = fc.record({
      coefficients: fc.tuple(...Array.from({ length: 3 }, () => fc.integer({ min: 1, max: 50 }))),
      value: fc.integer({ min: -20, max: 100 }),
      weight: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(fc.array(equation, { minLength: 3, maxLength: 12 }), (equations) => {
        const x = nonNegative(equations, 3);
        if (x === null || x[0] === 0) return;
        const scale = equations.reduce((sum, { value }) => sum + Math.abs(value) * 1000, 1);
        for (let j = 0; j < 3; j++) {
          const gradient = equations.reduce((sum, { coefficients, value, weight }) => {
            const error = coefficients.reduce((total, c, k) => total + c * (x[k] as number), 0) - value;
            return sum + weight * (coefficients[j] as number) * error;
          }, 0);
          assert.ok((x[j] as number) >= 0);
          if ((x[j] as number) > 1e-6) assert.ok(Math.abs(gradient) < 1e-6 * scale, `${j}: ${gradient}`);
          else assert.ok(gradient > -1e-6 * scale, `${j}: ${gradient}`);
        }
      }),
    );
  });
});
