import type { Nodes } from './nodes.js';
import { poissonAtLeast } from './special.js';
import { type Spectrum, topShares } from './spectrum.js';

/** Points of a curve: the `keys` most frequent keys have this share of the requests. */
export interface RankCurve {
  readonly keys: readonly number[];
  readonly shares: readonly number[];
}

/** Between so many of the first ranks the curve has a point each, where their counts stand apart. */
const HEAD = 40;
const STEP = 1.03;
/** From here down the curve has a point at every count. */
const FINE = 30;

/**
 * The rank curve that a log of the model is expected to show, its keys in order of their counts: with the
 * order, chance raises the first ranks and lowers the last. So it can be held against a log as it is.
 *
 * Keys that come c times or more: K(c) = Σ ranks · P(X ≥ c), and what they come together: Σ ranks · mean ·
 * P(X ≥ c − 1), as c · Poisson(c; m) = m · Poisson(c − 1; m).
 */
export function expectedCurve(nodes: Nodes): RankCurve {
  const { ranks, means } = nodes;
  const total = ranks.reduce((sum, number, i) => sum + number * (means[i] as number), 0);
  const keys: number[] = [];
  const shares: number[] = [];
  // Nodes before `from` are sure to reach the count: their sums are kept, not summed again.
  let from = 0;
  let sureKeys = 0;
  let sureHits = 0;
  for (const count of thresholds(nodes)) {
    const reach = 7 * Math.sqrt(count) + 20;
    while (from < means.length && (means[from] as number) > count + reach) {
      sureKeys += ranks[from] as number;
      sureHits += (ranks[from] as number) * (means[from] as number);
      from++;
    }
    let number = sureKeys;
    let hits = sureHits;
    for (let i = from; i < means.length && (means[i] as number) > count - reach; i++) {
      const mean = means[i] as number;
      number += (ranks[i] as number) * poissonAtLeast(count, mean);
      hits += (ranks[i] as number) * mean * poissonAtLeast(count - 1, mean);
    }
    keys.push(number);
    shares.push(Math.min(1, hits / total));
  }
  return { keys, shares };
}

/** Kolmogorov and Smirnov's distance: the most by which the share of the first k keys differs, over all k. */
export function ksDistance(spectrum: Spectrum, curve: RankCurve): number {
  const shareOf = topShares(spectrum);
  return curve.keys.reduce(
    (worst, keys, i) => Math.max(worst, Math.abs(shareOf(keys) - (curve.shares[i] as number))),
    0,
  );
}

/** Counts, falling, at which the curve gets a point. */
function thresholds({ ranks, means }: Nodes): number[] {
  const counts = new Set<number>();
  for (let i = 0; i < HEAD && i + 1 < means.length && ranks[i] === 1; i++) {
    counts.add(Math.round(((means[i] as number) + (means[i + 1] as number)) / 2));
  }
  for (let count = means[0] ?? 0; count > FINE; count /= STEP) counts.add(Math.round(count));
  for (let count = FINE; count >= 1; count--) counts.add(count);
  return [...counts].filter((count) => count >= 1).sort((a, b) => b - a);
}
