import { type Evidence, validRuns } from './evidence.js';

/**
 * How sure it is at most that the capacity lies between two rates, by their runs alone. The capacity is the rate at which a run is as likely to
 * pass as to fail. Were it below `low`, then each run there would have failed with a chance of ½ at least, and k or
 * more of n would have passed with a chance of P(Bin(n, ½) ≥ k) at most: the sign test. Of `high` likewise.
 *
 * Source: Conover, Practical Nonparametric Statistics, 3rd edition, sections 3.1 and 3.4.
 *
 * @param high null: what lies above is not in question
 * @returns in [0, 1)
 */
export function bracketConfidence(low: Evidence, high: Evidence | null): number {
  return Math.max(0, 1 - doubtOf(low, 'pass') - (high === null ? 0 : doubtOf(high, 'fail')));
}

/** Runs of an end may say otherwise, as long as chance alone would not have them agree as they do. */
const DOUBT = 0.1;

/**
 * Whether the runs of an end of the bracket agree well enough: as all of `confirm` would, or with a doubt of a tenth.
 *
 * @param verdict what they are to agree on
 */
export function convincing(end: Evidence, verdict: 'pass' | 'fail', confirm: number): boolean {
  return doubtOf(end, verdict) <= Math.max(DOUBT, 0.5 ** confirm);
}

function doubtOf(end: Evidence, verdict: 'pass' | 'fail'): number {
  return upperTail(validRuns(end), end.runs.filter((run) => run.verdict === verdict).length);
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
