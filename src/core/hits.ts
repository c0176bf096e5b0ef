/** Far above any measured hit: the warm-up's are numbered from here on, and so draw keys of their own. */
export const WARMUP_HITS = 2 ** 52;

/**
 * Where a hit stands in its stretch, from 0. What changes in the course of a run (a hot set that moves, keys that
 * are born) goes by this: a warm-up warms what the measurement then asks for.
 */
export function positionOf(hit: number): number {
  return hit >= WARMUP_HITS ? hit - WARMUP_HITS : hit;
}
