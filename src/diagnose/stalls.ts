import { SLICE_MS, SLICES_PER_SEC } from '../core/index.js';
import { known, median } from './robust.js';
import type { Second } from './seconds.js';
import { type Episode, episodesOf } from './spikes.js';

/** A stretch in which next to nothing was answered, by slices among those that are judged. */
export interface Stall extends Episode {
  /** When it began: seconds of the timeline. */
  readonly t: number;
  /** Its length: to a slice, or as long as the highest response after it took, where that is one of those that waited. */
  readonly ms: number;
}

/** Of the responses of a usual slice: one that came in at an edge is spread over two. */
const STILL = 0.1;
const LEAST_SLICES = 2;
/** Fewer responses may be missing from a stretch by chance: of a Poisson process, one stretch in 160,000. */
const LEAST_MISSING = 12;
/** What stands still for longer is its usual state. */
const MOST_SHARE = 0.25;
const COVERED = 0.8;
/** Where the load itself changes, the usual is that of so many slices on both sides. */
const NEIGHBOURS = 15 * SLICES_PER_SEC;

/**
 * Stretches of 200 ms and more in which responses should have come in and did not. A second shows them by its highest
 * response alone; where within it they lie is what tells a cause from a coincidence.
 *
 * @param answered responses of each slice of the seconds
 */
export function stallsOf(seconds: readonly Second[], answered: readonly (number | null)[]): Stall[] {
  if (known(answered).length < COVERED * answered.length) return [];
  const staged = seconds.some(({ point }) => point.targetQps !== undefined);
  const whole = staged ? null : (median(known(answered)) ?? 0);
  const usual = answered.map(
    (_, i) => whole ?? median(known(answered.slice(Math.max(0, i - NEIGHBOURS), i + NEIGHBOURS + 1))) ?? 0,
  );
  const still = answered.map((count, i) => count !== null && count < STILL * (usual[i] as number));
  if (still.filter(Boolean).length > MOST_SHARE * still.length) return [];
  return episodesOf(still).flatMap(({ from, length }): Stall[] => {
    if (length < LEAST_SLICES || (usual[from] as number) * length < LEAST_MISSING) return [];
    const began = seconds[Math.floor(from / SLICES_PER_SEC)]?.point.t ?? 0;
    const t = began + (from % SLICES_PER_SEC) / SLICES_PER_SEC;
    return [{ from, length, t: Number(t.toFixed(3)), ms: lengthMs({ from, length }, seconds) }];
  });
}

/** A slice on both sides may belong to it in part, and a clock that is late makes them longer. */
function lengthMs(stall: Episode, seconds: readonly Second[]): number {
  const leastMs = stall.length * SLICE_MS;
  const waitedMs = (seconds[secondAfter(stall, seconds.length)]?.point.maxUs ?? 0) / 1000;
  return waitedMs > leastMs && waitedMs <= leastMs + 2.5 * SLICE_MS ? Math.round(waitedMs) : leastMs;
}

/** The second, by its number, in which what waited for a stall is answered. */
export function secondAfter({ from, length }: Episode, seconds: number): number {
  return Math.min(seconds - 1, Math.floor((from + length) / SLICES_PER_SEC));
}

/** Of each second, the longest stall that ends in it, ms. */
export function stallsBySecond(stalls: readonly Stall[], seconds: number): number[] {
  const longest = new Array<number>(seconds).fill(0);
  for (const stall of stalls) {
    const at = secondAfter(stall, seconds);
    longest[at] = Math.max(longest[at] as number, stall.ms);
  }
  return longest;
}
