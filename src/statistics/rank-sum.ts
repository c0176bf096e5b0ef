import { normalCdf } from './normal.js';

/** Two groups of runs that differ in what is asked about, and in nothing else. */
export interface Pair {
  readonly base: readonly number[];
  readonly other: readonly number[];
}

/** Up to so many values of a pair the distribution is computed; beyond, the normal one is within a tenth of it. */
const MOST_EXACT = 60;
/** Places of the exact distribution of all pairs together. */
const MOST_PLACES = 100_000;

/**
 * Two-sided p of the Wilcoxon–Mann–Whitney rank-sum test: how likely ranks at least as far apart would be, were the
 * two groups runs of the same service. It asks nothing of the shape of the distributions. Exact, tied values having
 * their mean rank: the rank sum over all ways to deal the values seen to the two groups. Twice the smaller tail.
 *
 * Several pairs are tested together by the sum of their rank sums, each pair ranked for itself: what differs between
 * pairs (other loads) cancels, and few runs of each add up (Wilcoxon's stratified test).
 *
 * Sources: Mann and Whitney, Ann. Math. Statist. 18 (1947); Lehmann, Nonparametrics (1975), sections 1.4 and 3.3.
 */
export function rankSumP(pairs: readonly Pair[]): number {
  const ranked = pairs.filter(({ base, other }) => base.length > 0 && other.length > 0).map(rank);
  const places = ranked.reduce((sum, each) => sum + each.most + 1, 0);
  const small = ranked.every(({ ranks }) => ranks.length <= MOST_EXACT);
  return small && places <= MOST_PLACES ? exactP(ranked) : normalP(ranked);
}

/**
 * Two-sided p of a group that lies wholly above the other: the least that so few values without ties can have.
 * @returns 1 when a group is empty
 */
export function leastP(base: number, other: number): number {
  let ways = 1;
  for (let i = 1; i <= Math.min(base, other); i++) ways *= (base + other - i + 1) / i;
  return Math.min(1, 2 / ways);
}

/**
 * Of the number of pairs (one of each group) in which the base is the greater, its probabilities from 0 up when
 * nothing differs and no values are tied.
 */
export function pairDistribution(base: number, other: number): Float64Array {
  const ranks = Array.from({ length: base + other }, (_, i) => 2 * (i + 1));
  const dealt = dealRanks(ranks, base);
  const least = base * (base + 1);
  return Float64Array.from({ length: base * other + 1 }, (_, u) => dealt[least + 2 * u] ?? 0);
}

/** Ranks are doubled, so that the mean rank of tied values is whole. */
interface Ranked {
  /** Of all values of the pair. */
  readonly ranks: readonly number[];
  /** How many of them are the other's. */
  readonly count: number;
  /** The sum of the other's ranks, and the greatest it could be. */
  readonly sum: number;
  readonly most: number;
}

function rank({ base, other }: Pair): Ranked {
  const values = [
    ...base.map((value) => ({ value, own: false })),
    ...other.map((value) => ({ value, own: true })),
  ].sort((a, b) => a.value - b.value);
  const ranks: number[] = [];
  let sum = 0;
  for (let from = 0; from < values.length; ) {
    let to = from;
    while (to < values.length && values[to]?.value === values[from]?.value) to++;
    // The mean of the ranks from + 1 … to, doubled.
    const tied = from + 1 + to;
    for (; from < to; from++) {
      ranks.push(tied);
      if (values[from]?.own) sum += tied;
    }
  }
  const most = ranks.slice(-other.length).reduce((total, each) => total + each, 0);
  return { ranks, count: other.length, sum, most };
}

function exactP(all: readonly Ranked[]): number {
  let distribution = Float64Array.of(1);
  let observed = 0;
  for (const { ranks, count, sum } of all) {
    distribution = convolve(distribution, dealRanks(ranks, count));
    observed += sum;
  }
  const below = distribution.subarray(0, observed + 1).reduce((sum, p) => sum + p, 0);
  const above = distribution.subarray(observed).reduce((sum, p) => sum + p, 0);
  return Math.min(1, 2 * Math.min(below, above));
}

/** Probability of each sum of `count` of the ranks, all choices being as likely. By the sum. */
function dealRanks(ranks: readonly number[], count: number): Float64Array {
  const most = ranks.slice(-count).reduce((sum, each) => sum + each, 0);
  // waysOf[k][s]: ways to choose k of the ranks seen so far with the sum s.
  const waysOf = Array.from({ length: count + 1 }, () => new Float64Array(most + 1));
  (waysOf[0] as Float64Array)[0] = 1;
  for (const each of ranks) {
    for (let k = count; k > 0; k--) {
      const from = waysOf[k - 1] as Float64Array;
      const to = waysOf[k] as Float64Array;
      for (let s = each; s <= most; s++) (to[s] as number) += from[s - each] as number;
    }
  }
  const ways = waysOf[count] as Float64Array;
  const total = ways.reduce((sum, each) => sum + each, 0);
  return ways.map((each) => each / total);
}

function convolve(a: Float64Array, b: Float64Array): Float64Array<ArrayBuffer> {
  const sum = new Float64Array(a.length + b.length - 1);
  for (let i = 0; i < a.length; i++) {
    const p = a[i] as number;
    if (p === 0) continue;
    for (let j = 0; j < b.length; j++) (sum[i + j] as number) += p * (b[j] as number);
  }
  return sum;
}

/** With the correction for ties, and half a rank for continuity. */
function normalP(all: readonly Ranked[]): number {
  let distance = 0;
  let variance = 0;
  for (const { ranks, count, sum } of all) {
    const n = ranks.length;
    const mean = ranks.reduce((total, each) => total + each, 0) / n;
    const squares = ranks.reduce((total, each) => total + (each - mean) ** 2, 0);
    distance += sum - count * mean;
    // Of a sum of `count` drawn without replacement.
    variance += (count * (n - count) * squares) / (n * (n - 1));
  }
  if (variance === 0) return 1;
  const z = Math.max(0, Math.abs(distance) - 1) / Math.sqrt(variance);
  return Math.min(1, 2 * normalCdf(-z));
}
