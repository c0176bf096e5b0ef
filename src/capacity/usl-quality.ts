import { formatCount, formatPercent } from '../core/index.js';
import type { UslPoint } from './usl.js';

/** Three parameters go through three points whatever the law is worth. */
const FEWEST = 6;
const LEAST_R2 = 0.9;
/** Root mean square of relative residuals: below, a misfit does not matter. */
const SMALL_RESIDUAL = 0.05;
/** Residuals of the means, over what the repeats of a point differ by. */
const MOST_MISFIT = 3;
/** A peak farther than this beyond the last point is a guess. */
const MOST_REACH = 2;
const RUNS_ALPHA = 0.05;

interface Fit {
  readonly r2: number;
  readonly residual: number;
  readonly peakConnections: number | null;
}

/** Why the law should not be believed; empty: nothing speaks against it. */
export function misfits(points: readonly UslPoint[], law: (n: number) => number, fit: Fit): string[] {
  const groups = groupByN(points);
  const residuals = groups.map(({ n, logs }) => mean(logs) - Math.log(law(n)));
  const ofMeans = Math.sqrt(mean(residuals.map((value) => value ** 2)));
  const noise = pureError(groups);
  const last = groups.at(-1)?.n ?? 0;
  const patterned = ofMeans > SMALL_RESIDUAL / 2 && runsTest(residuals) <= RUNS_ALPHA;
  const reasons: string[] = [];
  if (groups.length < FEWEST) reasons.push(`${groups.length} points are too few to tell: ${FEWEST} at least`);
  if (fit.r2 < LEAST_R2) reasons.push(`R² is ${fit.r2.toFixed(2)}, below ${LEAST_R2}`);
  if (ofMeans > SMALL_RESIDUAL && (noise === null || ofMeans > MOST_MISFIT * noise)) {
    const repeats = noise === null ? '' : `, and repeats differ by ${formatPercent(noise)} only`;
    reasons.push(`it misses the points by ${formatPercent(ofMeans)}${repeats}`);
  }
  if (patterned) reasons.push('its residuals have a pattern: above in one stretch, below in another');
  if (fit.peakConnections !== null && fit.peakConnections > MOST_REACH * last)
    reasons.push(
      `its peak, at ${formatCount(fit.peakConnections)} connections, is far beyond what was measured`,
    );
  return reasons;
}

function groupByN(points: readonly UslPoint[]): { n: number; logs: number[] }[] {
  const logs = new Map<number, number[]>();
  for (const { n, throughput } of points) logs.set(n, [...(logs.get(n) ?? []), Math.log(throughput)]);
  return [...logs].map(([n, values]) => ({ n, logs: values })).sort((a, b) => a.n - b.n);
}

/** What repeats differ by, as a relative standard deviation of their mean; null without repeats. */
function pureError(groups: readonly { readonly logs: readonly number[] }[]): number | null {
  const repeated = groups.filter(({ logs }) => logs.length > 1);
  const freedom = repeated.reduce((sum, { logs }) => sum + logs.length - 1, 0);
  if (freedom === 0) return null;
  const squares = repeated.reduce(
    (sum, { logs }) => sum + logs.reduce((s, v) => s + (v - mean(logs)) ** 2, 0),
    0,
  );
  const runs = mean(repeated.map(({ logs }) => logs.length));
  return Math.sqrt(squares / freedom / runs);
}

/**
 * Wald and Wolfowitz: how likely so few changes of sign are, were the signs in an order of chance.
 *
 * Source: Conover, Practical Nonparametric Statistics, 3rd edition, section 5.7 (runs).
 */
export function runsTest(residuals: readonly number[]): number {
  const signs = residuals.map((value) => value > 0);
  const above = signs.filter(Boolean).length;
  const below = signs.length - above;
  if (above === 0 || below === 0) return 1;
  const seen = 1 + signs.filter((sign, i) => i > 0 && sign !== signs[i - 1]).length;
  const all = choose(above + below, above);
  let ways = 0;
  for (let runs = 2; runs <= seen; runs++) {
    const half = runs >> 1;
    ways +=
      runs % 2 === 0
        ? 2 * choose(above - 1, half - 1) * choose(below - 1, half - 1)
        : choose(above - 1, half) * choose(below - 1, half - 1) +
          choose(above - 1, half - 1) * choose(below - 1, half);
  }
  return ways / all;
}

function choose(n: number, k: number): number {
  if (k < 0 || k > n) return 0;
  let product = 1;
  for (let i = 1; i <= k; i++) product = (product * (n - k + i)) / i;
  return product;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
