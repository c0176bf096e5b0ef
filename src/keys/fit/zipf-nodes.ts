import type { Nodes } from './nodes.js';

/** Ranks below this are always taken one by one: the integral that stands for the others is not exact there. */
const FIRST_RANKS = 24;
/** Widest stretch of ranks taken together, relative to the rank; and in standard deviations of their counts. */
const WIDEST = 0.04;
const WIDEST_SIGMAS = 0.5;

/**
 * Where to cut the ranks 1…maxN into stretches, so that counts within a stretch cannot be told apart by
 * Poisson counts, for exponents around `alpha`. The cuts stay while a fit moves α and N: a likelihood over cuts
 * that move with them is not smooth.
 */
export function zipfGrid(requests: number, alpha: number, maxN: number): Float64Array {
  const cuts: number[] = [0.5];
  // The mean of rank 1, at most: a finer grid than needed does no harm.
  const first = requests / normOf(alpha, maxN);
  for (let rank = 1; rank <= maxN; ) {
    const mean = first * Math.exp(-alpha * Math.log(rank));
    const relative = Math.min(WIDEST, WIDEST_SIGMAS / (Math.max(alpha, 0.05) * Math.sqrt(mean)));
    const width = rank < FIRST_RANKS ? 1 : Math.max(1, Math.floor(rank * relative));
    rank += width;
    cuts.push(Math.min(rank, maxN + 1) - 0.5);
  }
  return Float64Array.from(cuts);
}

/**
 * A zipf distribution over n keys, n any real number ≥ 1.
 *
 * A stretch [a, b) between cuts has the mass ∫ x^−α dx: the midpoint rule read backwards, 1e-4 off at most
 * where a stretch is a single rank, and those are taken exactly below rank 24.
 */
export function zipfNodes(requests: number, alpha: number, n: number, grid: Float64Array): Nodes {
  const ranks: number[] = [];
  const masses: number[] = [];
  let norm = 0;
  for (let i = 0; i + 1 < grid.length; i++) {
    const from = grid[i] as number;
    const to = Math.min(grid[i + 1] as number, n + 0.5);
    if (to <= from) break;
    const mass =
      i + 1 < FIRST_RANKS && to - from === 1
        ? Math.exp(-alpha * Math.log(from + 0.5))
        : massBetween(from, to, alpha);
    ranks.push(to - from);
    masses.push(mass);
    norm += mass;
  }
  return {
    ranks: Float64Array.from(ranks),
    means: Float64Array.from(masses, (mass, i) => (requests * mass) / norm / (ranks[i] as number)),
  };
}

/** ∫ x^−α dx, also at α = 1. */
function massBetween(from: number, to: number, alpha: number): number {
  const beta = 1 - alpha;
  const logRatio = Math.log(to / from);
  if (Math.abs(beta * logRatio) < 1e-12) return Math.exp(beta * Math.log(from)) * logRatio;
  return Math.exp(beta * Math.log(from)) * (Math.expm1(beta * logRatio) / beta);
}

function normOf(alpha: number, n: number): number {
  return 1 + massBetween(1, Math.max(1, n), alpha);
}
