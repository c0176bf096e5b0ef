import { type Evidence, validRuns } from './evidence.js';

/**
 * How sure it is that the capacity lies between two rates. The capacity is the rate at which a run is as likely to
 * pass as to fail. Were it below `low`, then each run there would have failed with a chance of ½ at least, and k or
 * more of n would have passed with a chance of P(Bin(n, ½) ≥ k) at most: the sign test. Of `high` likewise.
 *
 * Source: Conover, Practical Nonparametric Statistics, 3rd edition, sections 3.1 and 3.4.
 *
 * @param high null: what lies above is not in question
 * @returns in [0, 1)
 */
export function bracketConfidence(low: Evidence, high: Evidence | null): number {
  const passed = low.runs.filter(({ verdict }) => verdict === 'pass').length;
  const failed = high?.runs.filter(({ verdict }) => verdict === 'fail').length ?? 0;
  const doubt = upperTail(validRuns(low), passed) + (high === null ? 0 : upperTail(validRuns(high), failed));
  return Math.max(0, 1 - doubt);
}

/** P(Bin(n, ½) ≥ k). */
function upperTail(n: number, k: number): number {
  let probability = 0.5 ** n;
  let sum = 0;
  for (let i = 0; i <= n; i++) {
    if (i >= k) sum += probability;
    probability *= (n - i) / (i + 1);
  }
  return sum;
}
