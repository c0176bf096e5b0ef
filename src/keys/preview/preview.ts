import type { KeySpec } from '../../core/index.js';
import { bindShape } from '../generator.js';
import { type Agreement, agreementOf, cellBounds, cellChances } from './agreement.js';
import { type CacheRatio, hitRatios } from './cache.js';
import { drawRanks } from './drawn.js';
import { momentsOf } from './moments.js';

export const MAX_DRAWS = 10_000_000;

/** What keys a run would draw, and what they mean. */
export interface KeyPreview {
  readonly draws: number;
  /** Drawn, and expected; the latter null where popularity moves. */
  readonly distinct: Share;
  /** Shares of the hits that the k most frequent keys got. */
  readonly top: readonly (Share & { readonly k: number })[];
  /** Null where it cannot be tested: too few draws, or popularity moves too often. */
  readonly agreement: Agreement | null;
  readonly caches: readonly CacheRatio[];
  /** How often each key came, falling. */
  readonly counts: Uint32Array;
  /** The exact share of the key at a place of popularity, from 0, at the first hit. */
  readonly shareAtPlace: (place: number) => number;
  /** Whether popularity stays over the draws. */
  readonly isSteady: boolean;
  readonly n: number;
}

interface Share {
  readonly drawn: number;
  readonly exact: number | null;
}

/** Exact shares of so many places are summed; a cache larger than that is given none. */
const MOST_SUMMED = 1_000_000;

/**
 * Draws keys as a run does and says what came. Memory and time go with the draws, not with n.
 *
 * @param name the generator's name in the plan; `key` for that of `--keys`
 * @param draws 1 to 10,000,000
 * @param cacheSizes in keys, each ≥ 1; null for some that tell something of these draws
 */
export function previewKeys(
  spec: KeySpec,
  seed: number,
  name: string,
  draws: number,
  cacheSizes: readonly number[] | null,
): KeyPreview {
  const drawn = drawRanks(spec, seed, name, draws);
  const bound = bindShape(spec);
  const pmf = bound.pmf();
  const rankAt = bound.rankAtPlace ?? ((place: number) => place);
  const shareAtPlace = (place: number) => pmf(rankAt(place));
  const moments = momentsOf(spec, draws);
  const isSteady = moments?.length === 1;
  const bounds = cellBounds(spec.n);
  const chances = moments === null ? null : cellChances(bounds, bound.cdf(), moments);
  const counts = drawn.counts.slice().sort().reverse();
  const topExact = isSteady ? summed(shareAtPlace, spec.n) : () => null;
  return {
    draws,
    distinct: {
      drawn: counts.length,
      exact: isSteady && chances !== null ? expectedDistinct(bounds, chances, draws) : null,
    },
    top: [1, 10, 100]
      .filter((k) => k === 1 || k < spec.n)
      .map((k) => ({ k, drawn: sum(counts.subarray(0, k)) / draws, exact: topExact(k) })),
    agreement: chances === null ? null : agreementOf(drawn, bounds, chances),
    caches: (cacheSizes ?? usualCacheSizes(counts.length)).map((size) => ({
      ...hitRatios(drawn.ids, counts.length, size),
      best: topExact(size),
    })),
    counts,
    shareAtPlace,
    isSteady,
    n: spec.n,
  };
}

/** The largest powers of ten below the distinct keys. */
function usualCacheSizes(distinct: number): number[] {
  const sizes = [10, 100, 1000, 10_000, 100_000, 1_000_000].filter((size) => size < distinct);
  return sizes.slice(-3);
}

/** Σ over keys of 1 − (1 − p)^draws; cells are narrow enough to take their mean for each of their keys. */
function expectedDistinct(bounds: Float64Array, chances: Float64Array, draws: number): number {
  let expected = 0;
  for (let i = 0; i < chances.length; i++) {
    const keys = (bounds[i + 1] as number) - (bounds[i] as number);
    expected -= keys * Math.expm1(draws * Math.log1p(-Math.min(1, (chances[i] as number) / keys)));
  }
  return expected;
}

/** The sum of the first k shares, each taken once. */
function summed(shareAtPlace: (place: number) => number, n: number): (k: number) => number | null {
  return (k) => {
    if (k >= n) return 1;
    if (k > MOST_SUMMED) return null;
    let total = 0;
    for (let place = k - 1; place >= 0; place--) total += shareAtPlace(place);
    return total;
  };
}

function sum(values: Uint32Array): number {
  return values.reduce((total, value) => total + value, 0);
}
