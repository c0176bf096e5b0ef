import type { SparseCounts } from '../../core/index.js';
import { highestOf, middleOf } from '../../record/layout.js';

/** Upper bounds of the buckets, seconds: three in each tenfold, where services answer. */
export const BOUNDS_SEC: readonly number[] = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** Latencies in few buckets, from the start of a run on. */
export class Buckets {
  /** See `HistogramPoint`. */
  readonly counts: number[] = new Array<number>(BOUNDS_SEC.length + 1).fill(0);
  sumSec = 0;

  add({ indices, counts }: SparseCounts): void {
    for (let i = 0; i < indices.length; i++) {
      const bucket = indices[i] as number; // i is below both lengths
      const count = counts[i] as number;
      const at = BOUNDS_SEC.findIndex((bound) => highestOf(bucket) <= bound * 1e9);
      const into = at < 0 ? BOUNDS_SEC.length : at;
      this.counts[into] = (this.counts[into] ?? 0) + count;
      this.sumSec += (middleOf(bucket) * count) / 1e9;
    }
  }
}

/**
 * Quantiles of what several have recorded, in seconds, as `LatencyDistribution.quantilesNs` gives them.
 * @param quantiles in (0, 1], ascending @returns null for each when nothing was recorded
 */
export function quantilesSec(all: readonly SparseCounts[], quantiles: readonly number[]): (number | null)[] {
  const pairs: [bucket: number, count: number][] = [];
  let total = 0;
  let maxNs = 0;
  for (const { indices, counts, maxNs: max } of all) {
    maxNs = Math.max(maxNs, max);
    indices.forEach((bucket, i) => {
      const count = counts[i] ?? 0;
      total += count;
      pairs.push([bucket, count]);
    });
  }
  if (total === 0) return quantiles.map(() => null);
  pairs.sort(([a], [b]) => a - b);
  let seen = 0;
  let next = 0;
  return quantiles.map((quantile) => {
    const rank = Math.max(1, Math.ceil(quantile * total - 1e-9 * total));
    while (next < pairs.length && seen < rank) seen += pairs[next++]?.[1] ?? 0;
    return Math.min(highestOf(pairs[next - 1]?.[0] ?? 0), maxNs) / 1e9;
  });
}
