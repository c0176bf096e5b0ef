import { hash32, streamOf, uniform53 } from '../../core/index.js';
import { AliasTable } from '../alias-table.js';
import { type BoundPart, defineDistribution, type Pmf } from '../distribution.js';

const PART_STREAM = streamOf('parts of a mixture');
/** Up to here the order of popularity is found by sorting all ranks. */
const MAX_SORTED = 2 ** 20;

/**
 * Each hit follows one of several distributions, chosen by weight: P(rank) = Σ wᵢ Pᵢ(rank) / Σ wᵢ. All are over
 * the same keys, and rank r is the same key in each of them. Valid: 1 to 64 parts, weights > 0 and finite.
 */
export const mixture = defineDistribution({
  name: 'mixture',
  about: 'Each hit follows one of several distributions, chosen by weight',
  example: 'mixture: { n: 1e6, of: [{ weight: 9, zipf: { alpha: 1.2 } }, { weight: 1, uniform: {} }] }',
  scattered: true,
  parts: {
    name: 'of',
    about: 'The distributions over the same keys, each with a weight (default 1)',
    required: true,
    weighted: true,
  },
  bind: ({ n }, parts) => ({
    ranks: (seed, stream) => {
      const table = new AliasTable(parts.map(({ weight }) => weight));
      const rules = parts.map((part, i) => part.ranks(seed, hash32(stream, PART_STREAM, i, 0)));
      return (hit) => (rules[table.pick(uniform53(seed, stream, hit, 0))] as (hit: number) => number)(hit);
    },
    pmf: () => sumOf(parts, (part) => part.pmf()),
    cdf: () => sumOf(parts, (part) => part.cdf()),
    // Where each part's ranks fall in popularity, so do those of the sum.
    ...(parts.some(({ rankAtPlace }) => rankAtPlace !== undefined) && { rankAtPlace: orderOf(n, parts) }),
  }),
});

/** Σ of the same function of each part, by its share of the hits. */
function sumOf(parts: readonly BoundPart[], of: (part: BoundPart) => Pmf): Pmf {
  const largest = parts.reduce((max, { weight }) => Math.max(max, weight), 0);
  const total = parts.reduce((sum, { weight }) => sum + weight / largest, 0);
  const terms = parts.map((part) => ({ share: part.weight / largest / total, f: of(part) }));
  return (rank, hit) => terms.reduce((sum, { share, f }) => sum + share * f(rank, hit), 0);
}

/** In a space too large to sort, the order is that of the heaviest part. */
function orderOf(n: number, parts: readonly BoundPart[]): (place: number) => number {
  if (n > MAX_SORTED) {
    const heaviest = parts.reduce((best, part) => (part.weight > best.weight ? part : best));
    return heaviest.rankAtPlace ?? ((place) => place);
  }
  let order: Uint32Array | undefined;
  return (place) => {
    order ??= sorted(
      n,
      sumOf(parts, (part) => part.pmf()),
    );
    return order[place] as number;
  };
}

function sorted(n: number, pmf: Pmf): Uint32Array {
  const chances = Float64Array.from({ length: n }, (_, rank) => pmf(rank));
  return Uint32Array.from({ length: n }, (_, rank) => rank).sort(
    (a, b) => (chances[b] as number) - (chances[a] as number) || a - b,
  );
}
