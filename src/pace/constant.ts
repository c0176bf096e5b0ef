import type { Pacer } from '../core/index.js';
import { type Bounds, boundedTotal } from './bounds.js';

/**
 * Evenly spaced arrivals: hit k is due at k/rate seconds.
 *
 * Integral, not incremental: each hit's time is computed from its number, so a late hit does not push the
 * ones behind it, and rounding does not add up over the run.
 */
export function constantPacer(ratePerSec: number, bounds: Bounds): Pacer {
  const nsPerHit = 1e9 / ratePerSec;
  const dueNs = (hit: number) => hit * nsPerHit;
  return { dueNs, total: boundedTotal(bounds, (durationNs) => firstAtOrAfter(durationNs, dueNs, nsPerHit)) };
}

/** The division may land a hit beside the boundary; the schedule itself decides on which side it is. */
function firstAtOrAfter(durationNs: number, dueNs: (hit: number) => number, nsPerHit: number): number {
  let hit = Math.max(0, Math.floor(durationNs / nsPerHit) - 1);
  while (dueNs(hit) < durationNs) hit++;
  return hit;
}
