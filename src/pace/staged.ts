import type { Pacer } from '../core/index.js';
import { type Bounds, boundedTotal, firstAtOrAfter } from './bounds.js';
import type { RateCurve } from './curve/rate-curve.js';

/**
 * Arrivals as even as a changing rate allows: hit k is due when the rate's integral comes to k.
 *
 * As with the constant rate, a hit's time follows from its number alone.
 */
export function stagedPacer(curve: RateCurve, bounds: Bounds): Pacer {
  const dueNs = (hit: number) => curve.timeNs(hit);
  const all = Number.isFinite(curve.arrivals) ? Math.ceil(curve.arrivals) : null;
  const within = boundedTotal(bounds, (durationNs) =>
    firstAtOrAfter(durationNs, dueNs, curve.arrivalsBy(durationNs)),
  );
  return { dueNs, total: within === null || all === null ? (within ?? all) : Math.min(within, all) };
}
