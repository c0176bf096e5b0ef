import type { Pacer } from '../core/index.js';
import { type Bounds, boundedTotal, firstAtOrAfter } from './bounds.js';

/**
 * Evenly spaced arrivals: hit k is due at k/rate seconds.
 *
 * Integral, not incremental: each hit's time is computed from its number, so a late hit does not push the
 * ones behind it, and rounding does not add up over the run.
 */
export function constantPacer(ratePerSec: number, bounds: Bounds): Pacer {
  const nsPerHit = 1e9 / ratePerSec;
  const dueNs = (hit: number) => hit * nsPerHit;
  const before = (durationNs: number) => firstAtOrAfter(durationNs, dueNs, durationNs / nsPerHit);
  return { dueNs, total: boundedTotal(bounds, before) };
}
