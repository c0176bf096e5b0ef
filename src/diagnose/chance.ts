import { integerBelow } from '../core/index.js';
import type { Episode } from './spikes.js';

/** The chance is told from this many drawings: one in 2000 is the least that it can say. */
const DRAWINGS = 1999;
const SEED = 5;
const ENOUGH = 40;
/** Drawings for very many marks are fewer: the least chance is then further from the limit than needed. */
const MOST_STEPS = 4_000_000;

/** How high a series is in a stretch of it. */
export type Measure = (from: number, length: number) => number;

/**
 * How often a series would be as high in the marked episodes by mere chance: a permutation test whose drawings put
 * the same episodes, of the same lengths, elsewhere in the run, so that a stall of three seconds counts once. The
 * statistic is the sum of what they measure. One-sided. Always the same for the same data.
 *
 * @param n places in all
 * @param measure of a stretch above its usual value, 0 where it is not
 * @returns in (0, 1]; 1 where there is nothing to test
 */
export function chanceOf(episodes: readonly Episode[], n: number, measure: Measure): number {
  const marked = episodes.reduce((sum, { length }) => sum + length, 0);
  const free = n - marked;
  if (episodes.length === 0 || free <= 0) return 1;
  // One that is far higher elsewhere counts as much as the highest here, and not for several.
  const cap = Math.max(...episodes.map(({ from, length }) => measure(from, length)));
  const score = (places: readonly Episode[]) =>
    places.reduce((sum, { from, length }) => sum + Math.min(cap, measure(from, length)), 0);
  const seen = score(episodes);
  if (seen <= 0) return 1;
  const drawings = Math.max(199, Math.min(DRAWINGS, Math.floor(MOST_STEPS / marked)));
  let asHigh = 0;
  for (let drawing = 0; drawing < drawings; drawing++) {
    if (score(scatter(episodes, free, drawing)) < seen * (1 - 1e-9)) continue;
    // Besag and Clifford 1991: so many are enough to know that it is likely.
    if (++asHigh === ENOUGH) return ENOUGH / (drawing + 1);
  }
  return (asHigh + 1) / (drawings + 1);
}

/**
 * The highest value. @param back whether a stretch reaches one place back: a pause may begin in one second and be seen
 * in the next
 */
export function highestIn(heights: readonly number[], back: boolean): Measure {
  return (from, length) => {
    let most = 0;
    for (let i = Math.max(0, from - (back ? 1 : 0)); i < from + length; i++)
      most = Math.max(most, heights[i] as number);
    return most;
  };
}

/** The sum of values. @param around so many places on both sides count, too */
export function sumIn(heights: readonly number[], around: number): Measure {
  const until = [0];
  for (const [i, height] of heights.entries()) until.push((until[i] as number) + height);
  return (from, length) => {
    const to = Math.min(heights.length, from + length + around);
    return (until[to] as number) - (until[Math.max(0, from - around)] as number);
  };
}

/** The episodes in another order with other gaps between them: any arrangement is as likely as any other. */
function scatter(episodes: readonly Episode[], free: number, drawing: number): Episode[] {
  // Choose which of the `free + episodes` places are episodes, by a shuffle of as many as there are episodes.
  const places = free + episodes.length;
  const swapped = new Map<number, number>();
  const chosen = episodes.map(({ length }, i) => {
    const j = i + integerBelow(places - i, SEED, 0, drawing, i);
    const place = swapped.get(j) ?? j;
    swapped.set(j, swapped.get(i) ?? i);
    return { place, length };
  });
  chosen.sort((a, b) => a.place - b.place);
  let before = 0;
  return chosen.map(({ place, length }, i) => {
    const from = place - i + before;
    before += length;
    return { from, length };
  });
}

/** Holm's correction: each chance times the number of those that are not smaller, and never below one before it. */
export function holm(chances: readonly number[]): number[] {
  const order = chances.map((_, i) => i).sort((a, b) => (chances[a] as number) - (chances[b] as number));
  const adjusted = new Array<number>(chances.length).fill(1);
  let highest = 0;
  for (const [rank, i] of order.entries()) {
    highest = Math.max(highest, Math.min(1, (chances[i] as number) * (chances.length - rank)));
    adjusted[i] = highest;
  }
  return adjusted;
}
