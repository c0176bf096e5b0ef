import type { UslFit } from '../core/index.js';
import { type Equation, nonNegative } from './least-squares.js';
import { misfits } from './usl-quality.js';

/** Throughput, per second, with so many in flight. */
export interface UslPoint {
  readonly n: number;
  readonly throughput: number;
}

const STEPS = 60;
/** Relative residuals beyond so many robust deviations count less (Huber); 1.345 keeps 95 % of the efficiency. */
const HUBER = 1.345;
/** Of the median of absolute deviations, to be the standard deviation of a normal distribution. */
const MAD = 1.4826;
/** The half of an asymptote may lie so many times as far out as the last point. */
const FARTHEST_HALF = 2;
/** A deviation below this is rounding. */
const LEAST_DEVIATION = 1e-6;

/**
 * Fits the Universal Scalability Law to points of any number of runs.
 *
 * Throughput scatters in proportion to itself, so what is made small are the residuals of ln X, by Huber's loss:
 * Gauss–Newton, each step a linear least squares with λ, σ, κ ≥ 0. It is linear in 1/λ, σ/λ and κ/λ, as
 * N/X = (1 + σ(N − 1) + κN(N − 1)) ÷ λ, so it begins close to the end.
 *
 * Sources: Gunther, A General Theory of Computational Scalability Based on Rational Functions, 2008; Huber, Robust
 * Statistics, section 7.8.
 *
 * @param points n ≥ 1, throughput > 0
 * @returns null of fewer than three different n
 */
export function fitUsl(points: readonly UslPoint[]): UslFit | null {
  if (new Set(points.map(({ n }) => n)).size < 3) return null;
  const times = points.map(({ n, throughput }) => n / throughput);
  const equations = (
    targetOf: (i: number) => number,
    scaleOf: (i: number) => number,
    weightOf: (i: number) => number,
  ): Equation[] =>
    points.map(({ n }, i) => ({
      coefficients: [1, n - 1, n * (n - 1)].map((c) => c / scaleOf(i)),
      value: targetOf(i),
      weight: weightOf(i),
    }));
  const timeOf = (i: number) => times[i] as number;

  let x = nonNegative(
    equations(
      () => 1,
      timeOf,
      () => 1,
    ),
    3,
  );
  if (x === null || !((x[0] ?? 0) > 0)) return null;
  for (let step = 0; step < STEPS; step++) {
    const fitted = points.map(({ n }) => modelTime(x as number[], n));
    const residuals = fitted.map((time, i) => Math.log(time / timeOf(i)));
    const deviation = Math.max(LEAST_DEVIATION, MAD * medianOf(residuals.map(Math.abs)));
    const next = nonNegative(
      equations(
        (i) => 1 - (residuals[i] as number),
        (i) => fitted[i] as number,
        (i) => Math.min(1, (HUBER * deviation) / Math.abs(residuals[i] as number)),
      ),
      3,
    );
    if (next === null || !(next[0] !== undefined && next[0] > 0)) break;
    const moved = Math.max(
      ...next.map((value, j) => Math.abs(value - ((x as number[])[j] as number)) / next[0]!),
    );
    x = next;
    if (moved < 1e-10) break;
  }
  return describe(x, points);
}

function modelTime([a = 0, b = 0, c = 0]: readonly number[], n: number): number {
  return a + b * (n - 1) + c * n * (n - 1);
}

function describe(x: readonly number[], points: readonly UslPoint[]): UslFit {
  const [a = 0, b = 0, c = 0] = x;
  const law = (n: number) => n / modelTime(x, n);
  const sigma = b / a;
  const kappa = c / a;
  // dX/dN = 0 at N² = (1 − σ) ÷ κ; with σ ≥ 1 it only falls.
  const peakConnections = kappa > 0 ? Math.max(1, Math.sqrt(Math.max(0, (1 - sigma) / kappa))) : null;
  // Half of the asymptote is reached with some 1 ÷ σ in flight; what so little of was seen is a guess.
  const isBounded = sigma * Math.max(...points.map(({ n }) => n)) * FARTHEST_HALF >= 1;
  const peak = peakConnections !== null ? law(peakConnections) : isBounded ? 1 / b : null;
  const mean = points.reduce((sum, { throughput }) => sum + throughput, 0) / points.length;
  const squares = (of: (point: UslPoint) => number) => points.reduce((sum, point) => sum + of(point) ** 2, 0);
  const spread = squares(({ throughput }) => throughput - mean);
  const error = squares(({ n, throughput }) => throughput - law(n));
  const r2 = spread > 0 ? 1 - error / spread : error < 1e-12 * mean * mean ? 1 : 0;
  const residual = Math.sqrt(squares(({ n, throughput }) => Math.log(throughput / law(n))) / points.length);
  const reasons = misfits(points, law, { r2, residual, peakConnections });
  return {
    sigma,
    kappa,
    lambda: 1 / a,
    peak,
    peakConnections,
    r2,
    residual,
    fits: reasons.length === 0,
    reasons,
  };
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
