/**
 * How often each rank came, over a partition of the ranks: those below `exact` one by one, then bins 5 % wide.
 */
export class RankHistogram {
  /** First rank of each cell; the last entry is n. */
  readonly bounds: readonly number[];
  readonly counts: number[];

  constructor(n: number, exact = 200) {
    const bounds = Array.from({ length: Math.min(n, exact) }, (_, rank) => rank);
    for (let next = exact; next < n; next = Math.ceil(next * 1.05)) bounds.push(next);
    this.bounds = [...bounds, n];
    this.counts = new Array<number>(bounds.length).fill(0);
  }

  record(rank: number): void {
    let low = 0;
    let high = this.counts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (rank >= (this.bounds[middle] as number)) low = middle;
      else high = middle;
    }
    this.counts[low] = (this.counts[low] as number) + 1;
  }

  /** The probability of each cell, from that of the ranks in [first, end). */
  probabilities(massOf: (first: number, end: number) => number): number[] {
    return this.counts.map((_, i) => massOf(this.bounds[i] as number, this.bounds[i + 1] as number));
  }
}

/** Draws `draws` hits from `first` on into a histogram over [0, n). */
export function drawRanks(
  rankOf: (hit: number) => number,
  n: number,
  draws: number,
  first = 0,
): RankHistogram {
  const histogram = new RankHistogram(n);
  for (let hit = first; hit < first + draws; hit++) histogram.record(rankOf(hit));
  return histogram;
}

/** Σ pmf over [first, end): for spaces small enough to sum. */
export function sumOf(pmf: (rank: number) => number): (first: number, end: number) => number {
  return (first, end) => {
    let sum = 0;
    for (let rank = first; rank < end; rank++) sum += pmf(rank);
    return sum;
  };
}
