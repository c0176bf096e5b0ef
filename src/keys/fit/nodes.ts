/**
 * A model of popularity for a log of R requests: `ranks[i]` keys, each expected `means[i]` times. Keys next to
 * each other are taken together as far as their counts cannot be told apart. Means fall.
 */
export interface Nodes {
  readonly ranks: Float64Array;
  readonly means: Float64Array;
}

export function totalRanks({ ranks }: Nodes): number {
  return ranks.reduce((sum, number) => sum + number, 0);
}

/** The keys that are expected to show at all: Σ (1 − e^−mean). */
export function expectedDistinct({ ranks, means }: Nodes): number {
  let sum = 0;
  for (let i = 0; i < ranks.length; i++) sum -= (ranks[i] as number) * Math.expm1(-(means[i] as number));
  return sum;
}
