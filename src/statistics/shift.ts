import type { Interval } from '../core/index.js';
import { normalQuantile } from './normal.js';
import { ascending, median } from './order.js';
import { type Pair, pairDistribution } from './rank-sum.js';

/** How one value is told from another: by how much more, or how many times as much. */
type Step = (base: number, other: number) => number;
const difference: Step = (base, other) => other - base;
const ratio: Step = (base, other) => other / base;

/** Beyond so many values the normal approximation of the rank-sum distribution chooses the bounds. */
const MOST_EXACT = 60;

/**
 * Hodges–Lehmann estimate of the shift between two groups: the median difference over all pairs of one run each.
 * Of several pairs of groups, over the pairs within each.
 *
 * Source: Hodges and Lehmann, Ann. Math. Statist. 34 (1963).
 */
export function shiftOf(pairs: readonly Pair[]): number {
  return median(pairs.flatMap((pair) => steps(pair, difference)));
}

/** The same as a ratio: 1.15 where the other is 15 % above the base. Null where a base value is 0 or below. */
export function ratioOf(pairs: readonly Pair[]): number | null {
  if (!pairs.every(hasRatios)) return null;
  return median(pairs.flatMap((pair) => steps(pair, ratio)));
}

/**
 * Where the ratio lies: the ratios at which the rank-sum test would not reject. With few runs it cannot reach the
 * confidence, is as wide as the values allow, and `confidence` says what that is worth.
 *
 * Source: Lehmann, Nonparametrics (1975), section 2.6.
 */
export function ratioInterval(pair: Pair, confidence: number): Interval | null {
  const { base, other } = pair;
  if (!hasRatios(pair)) return null;
  const ratios = ascending(steps(pair, ratio));
  const { left, achieved } = bounds(base.length, other.length, confidence);
  return {
    low: ratios[left] as number,
    high: ratios[ratios.length - 1 - left] as number,
    confidence: achieved,
  };
}

/**
 * How often a run of the other lies above a run of the base, ties counting half: 0.5 when nothing differs, 1 when
 * every run does. Vargha and Delaney's A; Cliff's delta is 2 A − 1.
 */
export function superiorityOf({ base, other }: Pair): number {
  let above = 0;
  for (const a of base) for (const b of other) above += b > a ? 1 : b === a ? 0.5 : 0;
  return above / (base.length * other.length);
}

/** How many of the sorted steps lie outside the interval at either end. */
function bounds(base: number, other: number, confidence: number): { left: number; achieved: number } {
  if (base + other > MOST_EXACT) {
    const mean = (base * other) / 2;
    const deviation = Math.sqrt((base * other * (base + other + 1)) / 12);
    const left = Math.floor(mean - 0.5 - normalQuantile((1 + confidence) / 2) * deviation);
    return { left: Math.max(0, left), achieved: confidence };
  }
  const distribution = pairDistribution(base, other);
  let tail = distribution[0] as number;
  let left = 0;
  while (2 * (tail + (distribution[left + 1] as number)) <= 1 - confidence) {
    tail += distribution[left + 1] as number;
    left++;
  }
  return { left, achieved: Math.max(0, 1 - 2 * tail) };
}

function steps({ base, other }: Pair, step: Step): number[] {
  return base.flatMap((a) => other.map((b) => step(a, b)));
}

function hasRatios({ base, other }: Pair): boolean {
  return base.length > 0 && other.length > 0 && base.every((value) => value > 0);
}
