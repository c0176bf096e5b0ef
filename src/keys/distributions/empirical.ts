import { uniform53 } from '../../core/index.js';
import { AliasTable } from '../alias-table.js';
import { defineDistribution } from '../distribution.js';

const MAX_WEIGHTS = 1_000_000;

/**
 * Each key has its own weight, as counted in a log: P(rank) = weights[rank] / Σ weights. The keys are those of
 * the list, in its order, so they are not scattered unless asked for.
 *
 * Drawn from an alias table: 12 bytes a key. Valid: 1 to 1,000,000 finite weights ≥ 0, not all 0.
 */
export const empirical = defineDistribution({
  name: 'empirical',
  about: 'Each key has its own weight',
  example: 'empirical:weights=50/30/20',
  scattered: false,
  lists: {
    weights: {
      about: 'Weight of each key; as many as there are keys',
      required: true,
      maxLength: MAX_WEIGHTS,
    },
  },
  sizeOf: ({ weights }) => weights.length,
  problemOf: ({ weights }) => (weights.some((weight) => weight > 0) ? null : 'weights must not all be 0'),
  bind: ({ weights }) => {
    const largest = weights.reduce((max, weight) => Math.max(max, weight), 0);
    return {
      ranks: (seed, stream) => {
        const table = new AliasTable(weights);
        return (hit) => table.pick(uniform53(seed, stream, hit, 0));
      },
      pmf: () => {
        const total = weights.reduce((sum, weight) => sum + weight / largest, 0);
        return (rank) => (weights[rank] ?? 0) / largest / total;
      },
      cdf: () => {
        const upTo = new Float64Array(weights.length + 1);
        for (let i = 0; i < weights.length; i++)
          upTo[i + 1] = (upTo[i] as number) + (weights[i] as number) / largest;
        const total = upTo[weights.length] as number;
        return (end) => (upTo[end] as number) / total;
      },
      rankAtPlace: orderOf(weights),
    };
  },
});

/** Indices by falling weight; sorted when first asked for. */
function orderOf(weights: readonly number[]): (place: number) => number {
  let order: Uint32Array | undefined;
  return (place) => {
    order ??= Uint32Array.from(weights, (_, i) => i).sort(
      (a, b) => (weights[b] as number) - (weights[a] as number) || a - b,
    );
    return order[place] as number;
  };
}
