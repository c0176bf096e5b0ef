import type { HotKey } from './hot-keys.js';

export interface Drift {
  /**
   * How much the popularity of the hot keys changes over the log: 0 when chance alone explains the differences
   * between any two windows, 1 when no two windows have a hot key in common.
   */
  readonly drift: number;
  /** The same between windows next to each other: a hot set that moves slowly has little of it. */
  readonly toNext: number;
  readonly windows: number;
  /** Hot keys that were looked at. */
  readonly keys: number;
}

const HOT_KEYS = 100;
/** A key noticed late has no times of its first requests: it would seem to be new. */
const MOST_MISSED = 0.1;
/** Fewer requests a key and window tell nothing. */
const LEAST_HITS = 8;

/**
 * Drift from the requests of each hot key in each of W windows, nᵢ.
 *
 * Given its total n, a key whose popularity stays falls on the windows at random; the means over pairs of windows
 * of nᵢ·nⱼ and over windows of nᵢ·(nᵢ − 1) are then the same, n(n − 1)/W², however few requests there are. Drift
 * is 1 − their ratio, each key weighted by its requests: M. Morisita's index of overlap ("Measuring of
 * interspecific association", 1959), with weights n in place of n².
 *
 * @returns null where no key is hot enough to tell
 */
export function driftOf(keys: readonly HotKey[]): Drift | null {
  const known = keys
    .filter(({ count, missed }) => missed <= MOST_MISSED * count)
    .slice(0, HOT_KEYS)
    .map(({ windows }) => windows);
  let hot = known;
  for (;;) {
    const windows = hot[0]?.length ?? 0;
    if (windows < 2) return null;
    const frequent = hot.filter((hits) => totalOf(hits) >= LEAST_HITS * windows);
    // Keys that are too rare for short windows may do for longer ones.
    if (frequent.length * 2 >= known.length) return compare(frequent, windows);
    hot = hot.map(joinPairs);
  }
}

function compare(hot: readonly (readonly number[])[], windows: number): Drift {
  let within = 0;
  let across = 0;
  let next = 0;
  for (const hits of hot) {
    const total = totalOf(hits);
    const squares = hits.reduce((sum, each) => sum + each * each, 0);
    const weight = 1 / (total - 1);
    within += (weight * (squares - total)) / windows;
    across += (weight * (total * total - squares)) / (windows * (windows - 1));
    const neighbours = hits.reduce((sum, each, i) => sum + each * (hits[i + 1] ?? 0), 0);
    next += (weight * neighbours) / (windows - 1);
  }
  const clamp = (value: number) => Math.min(1, Math.max(0, value));
  return { drift: clamp(1 - across / within), toNext: clamp(1 - next / within), windows, keys: hot.length };
}

/** Two windows next to each other as one; an odd last one is left out. */
function joinPairs(hits: readonly number[]): number[] {
  return Array.from(
    { length: Math.floor(hits.length / 2) },
    (_, i) => (hits[2 * i] as number) + (hits[2 * i + 1] as number),
  );
}

function totalOf(hits: readonly number[]): number {
  return hits.reduce((sum, each) => sum + each, 0);
}
