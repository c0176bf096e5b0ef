import { integerBelow } from '../core/index.js';
import type { Episode } from './spikes.js';

/** The chance is told from this many drawings: one in 10,000 is the least that it can say. */
const DRAWINGS = 9999;
const SEED = 5;
const ENOUGH = 40;
/** Drawings for very many marks are fewer: the least chance is then further from the limit than needed. */
const MOST_STEPS = 4_000_000;

/** How high a series is in a stretch of it. @param of the index of the episode that is put there */
export type Measure = (from: number, length: number, of: number) => number;

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
  const cap = Math.max(...episodes.map(({ from, length }, of) => measure(from, length, of)));
  const score = (places: readonly Placed[]) =>
    places.reduce((sum, { from, length, of }) => sum + Math.min(cap, measure(from, length, of)), 0);
  const seen = score(episodes.map((each, of) => ({ ...each, of })));
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
 * The values in the seconds of an episode, each as much as the tail stands out there beside the worst of them: what
 * caused it is high where it is, and not only somewhere near. An episode of many seconds would else find something high
 * wherever it is put.
 *
 * @param back whether a value may be seen in the second before: a pause may begin in one, and delay in the next
 * @param excess of each second, 0 where it is in no episode
 */
export function alongside(
  heights: readonly number[],
  back: boolean,
  excess: readonly number[],
  episodes: readonly Episode[],
): Measure {
  const reached = back ? heights.map((height, i) => Math.max(height, heights[i - 1] ?? 0)) : heights;
  const weights = episodes.map(({ from, length }) => {
    const own = excess.slice(from, from + length);
    const most = Math.max(...own);
    return own.map((each) => (most > 0 ? each / most : 1));
  });
  return (from, length, of) => {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += (weights[of]?.[i] ?? 0) * (reached[from + i] ?? 0);
    return sum;
  };
}

/** The sum of values. @param around so many places on both sides count, too */
export function sumIn(heights: readonly number[], around: number): (from: number, length: number) => number {
  const until = [0];
  for (const [i, height] of heights.entries()) until.push((until[i] as number) + height);
  return (from, length) => {
    const to = Math.min(heights.length, from + length + around);
    return (until[to] as number) - (until[Math.max(0, from - around)] as number);
  };
}

/** An episode at some place. */
interface Placed extends Episode {
  /** Which of the episodes it is. */
  readonly of: number;
}

/** The episodes in another order with other gaps between them: any arrangement is as likely as any other. */
function scatter(episodes: readonly Episode[], free: number, drawing: number): Placed[] {
  // Choose which of the `free + episodes` places are episodes, by a shuffle of as many as there are episodes.
  const places = free + episodes.length;
  const swapped = new Map<number, number>();
  const chosen = episodes.map(({ length }, i) => {
    const j = i + integerBelow(places - i, SEED, 0, drawing, i);
    const place = swapped.get(j) ?? j;
    swapped.set(j, swapped.get(i) ?? i);
    return { place, length, of: i };
  });
  chosen.sort((a, b) => a.place - b.place);
  let before = 0;
  return chosen.map(({ place, length, of }, i) => {
    const from = place - i + before;
    before += length;
    return { from, length, of };
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
