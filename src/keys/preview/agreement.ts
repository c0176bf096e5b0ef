import type { Cdf } from '../distribution.js';
import { chiSquareTail } from '../fit/special.js';
import type { Drawn } from './drawn.js';
import type { Moment } from './moments.js';

export interface Agreement {
  readonly statistic: number;
  readonly freedom: number;
  /** How often draws of the distribution itself are as far from it or farther. */
  readonly p: number;
}

/** Ranks with a cell of their own, at either end; then cells widen by a twentieth. */
const SINGLE = 200;
const WIDEN = 1.05;
const EVEN_CELLS = 64;
const LEAST_EXPECTED = 5;

/**
 * First ranks of the cells that draws are counted in, then n: single ranks at both ends, as either may be the
 * popular one, wider and wider towards the middle, and never wider than n/64.
 */
export function cellBounds(n: number): Float64Array {
  const bounds = new Set<number>([0, n]);
  for (let at = 1; at < n; at = at < SINGLE ? at + 1 : Math.ceil(at * WIDEN)) {
    bounds.add(at);
    bounds.add(n - at);
  }
  for (let i = 1; i < EVEN_CELLS; i++) bounds.add(Math.floor((n / EVEN_CELLS) * i));
  return Float64Array.from(bounds).sort();
}

/** The exact probability of each cell over the hits drawn. */
export function cellChances(bounds: Float64Array, cdf: Cdf, moments: readonly Moment[]): Float64Array {
  const chances = new Float64Array(bounds.length - 1);
  for (const { hit, share } of moments) {
    let below = 0;
    for (let i = 0; i < chances.length; i++) {
      const upTo = cdf(bounds[i + 1] as number, hit);
      chances[i] = (chances[i] as number) + share * Math.max(0, upTo - below);
      below = upTo;
    }
  }
  return chances;
}

/**
 * Pearson's chi-square of the draws against the exact probabilities; neighbouring cells are joined until each
 * expects at least 5.
 *
 * @returns null when fewer than two cells are left
 */
export function agreementOf(drawn: Drawn, bounds: Float64Array, chances: Float64Array): Agreement | null {
  const seen = countCells(drawn, bounds);
  const draws = drawn.ids.length;
  const cells: { seen: number; expected: number }[] = [];
  let open = { seen: 0, expected: 0 };
  for (let i = 0; i < chances.length; i++) {
    open.seen += seen[i] as number;
    open.expected += (chances[i] as number) * draws;
    if (open.expected < LEAST_EXPECTED) continue;
    cells.push(open);
    open = { seen: 0, expected: 0 };
  }
  const last = cells.at(-1);
  if (last === undefined || cells.length < 2) return null;
  last.seen += open.seen;
  last.expected += open.expected;
  const statistic = cells.reduce((sum, cell) => sum + (cell.seen - cell.expected) ** 2 / cell.expected, 0);
  const freedom = cells.length - 1;
  return { statistic, freedom, p: chiSquareTail(statistic, freedom) };
}

function countCells({ ranks, counts }: Drawn, bounds: Float64Array): Float64Array {
  const seen = new Float64Array(bounds.length - 1);
  for (let id = 0; id < ranks.length; id++) {
    const rank = ranks[id] as number;
    let low = 0;
    let high = seen.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (rank >= (bounds[middle] as number)) low = middle;
      else high = middle;
    }
    seen[low] = (seen[low] as number) + (counts[id] as number);
  }
  return seen;
}
