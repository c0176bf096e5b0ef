import type { Interval } from '../core/index.js';

/** As numbers, which is several times as fast as by a comparison: all pairs of two groups are many. */
export function ascending(values: readonly number[]): Float64Array {
  return Float64Array.from(values).sort();
}

/** The middle value, or the mean of the two in the middle. @param values at least one */
export function median(values: readonly number[]): number {
  const sorted = ascending(values);
  const half = sorted.length >> 1;
  const upper = sorted[half] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] as number) + upper) / 2;
}

/**
 * Where the median of what was sampled lies, whatever its distribution: between two order statistics, as many
 * values being left out at either end as the confidence allows. Fewer than six values do not reach 95 %; then it
 * is the least and the greatest of them, and `confidence` says what that is worth (five: 93.75 %).
 *
 * Source: Conover, Practical Nonparametric Statistics, 3rd edition, section 3.2.
 *
 * @param values at least two; null of fewer
 * @param confidence in (0, 1)
 */
export function medianInterval(values: readonly number[], confidence: number): Interval | null {
  const n = values.length;
  if (n < 2) return null;
  const sorted = ascending(values);
  // P(at most k of n lie below the median), k growing while both tails fit. By logarithms: 2⁻ⁿ is 0 from n = 1075 on.
  let logProbability = -n * Math.LN2;
  let tail = Math.exp(logProbability);
  let left = 0;
  for (let k = 1; k < n / 2; k++) {
    logProbability += Math.log((n - k + 1) / k);
    const probability = Math.exp(logProbability);
    if (2 * (tail + probability) > 1 - confidence) break;
    tail += probability;
    left = k;
  }
  return {
    low: sorted[left] as number,
    high: sorted[n - 1 - left] as number,
    confidence: 1 - 2 * tail,
  };
}
