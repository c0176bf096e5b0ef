import { normalCdf, normalQuantile } from './normal.js';
import { leastP, type Pair } from './rank-sum.js';

/** How often the repeats advised would prove an effect of the size seen. */
const POWER = 0.9;
/** More than these nobody runs. */
export const MOST_REPEATS = 200;

/**
 * How many runs of each group would prove the effect seen, nine times in ten. The chance that a run of one lies above
 * a run of the other is taken to be that of two normal distributions of the spread and the shift seen (on a log
 * scale, as latencies and rates are). An estimate out of few runs is itself a rough one.
 *
 * @param alpha for this metric alone: shared out over all that are tested
 * @returns null when it cannot be said: too few runs to know the spread, no effect, or more than `MOST_REPEATS`
 */
export function repeatsNeeded(pair: Pair, alpha: number): number | null {
  const effect = effectOf(pair);
  return effect === null ? null : repeatsFor(effect, alpha);
}

/** The fewest runs of each group that can prove anything. */
export function fewestRepeats(alpha: number): number {
  let repeats = 1;
  while (leastP(repeats, repeats) > alpha) repeats++;
  return repeats;
}

/**
 * The normal approximation of the rank-sum test's power: at the bound of its rejection region with the variance that
 * it has when nothing differs, and on the other side with the one that it has then.
 *
 * Sources: Noether, J. Amer. Statist. Assoc. 82 (1987), for the form; Hanley and McNeil, Radiology 143 (1982), for
 * the variance.
 *
 * @param effect distance of the two distributions in their standard deviation, ≥ 0
 * @returns null when there are more than `MOST_REPEATS`
 */
export function repeatsFor(effect: number, alpha: number): number | null {
  const superiority = normalCdf(effect / Math.SQRT2);
  const squared = superiority ** 2;
  const variance = superiority / (2 - superiority) + (2 * squared) / (1 + superiority) - 2 * squared;
  const reach = normalQuantile(1 - alpha / 2) / Math.sqrt(6) + normalQuantile(POWER) * Math.sqrt(variance);
  const repeats = Math.max(fewestRepeats(alpha), Math.ceil((reach / (superiority - 0.5)) ** 2));
  return repeats <= MOST_REPEATS ? repeats : null;
}

/** Cohen's d of the logarithms; null without a spread or without a shift. */
function effectOf({ base, other }: Pair): number | null {
  const freedom = base.length + other.length - 2;
  if (base.length < 2 || other.length < 2) return null;
  // What is 0 in some runs (errors) has no logarithm.
  const scale = [...base, ...other].every((value) => value > 0) ? Math.log : (value: number) => value;
  const [a, b] = [moments(base.map(scale)), moments(other.map(scale))];
  const deviation = Math.sqrt((a.squares + b.squares) / freedom);
  const shift = Math.abs(a.mean - b.mean);
  if (shift === 0) return null;
  return deviation === 0 ? Number.POSITIVE_INFINITY : shift / deviation;
}

function moments(values: readonly number[]): { mean: number; squares: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, squares: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) };
}
