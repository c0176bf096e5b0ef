import { type Pacer, uniform53 } from '../core/index.js';
import { type Bounds, boundedTotal } from './bounds.js';

/** Keeps the arrival draws apart from every other use of the seed. */
const ARRIVAL_STREAM = 0x61727276;

/** A rate by its integral and the inverse of that, as `RateCurve` has them. */
export interface Arrivals {
  timeNs(count: number): number;
  arrivalsBy(ns: number): number;
}

/**
 * Poisson arrivals, as independent users make them, at any rate over time: a process of rate 1, with exponential
 * gaps of mean 1, whose time is the integral of the rate (time change; Çınlar, Introduction to Stochastic
 * Processes, 1975, §4.7). At a constant rate the gaps are exponential with mean 1/rate.
 *
 * The gap before hit k follows from (seed, k), so all workers see one schedule. A hit's time is the sum of
 * the gaps before it: the pacer keeps the last sum and walks on from there (about 20 ns a hit), and starts
 * over when asked for an earlier hit.
 */
export function poissonPacer(rate: Arrivals, seed: number, bounds: Bounds): Pacer {
  let hit = -1;
  let sum = 0;
  /** When `wanted` is due on the clock of the process of rate 1. */
  const arrival = (wanted: number): number => {
    if (wanted < hit) {
      hit = -1;
      sum = 0;
    }
    while (hit < wanted) sum -= Math.log1p(-uniform53(seed, ARRIVAL_STREAM, ++hit, 0));
    return sum;
  };
  const countBelow = (end: number) => {
    let count = 0;
    while (arrival(count) < end) count++;
    return count;
  };
  return {
    dueNs: (wanted) => rate.timeNs(arrival(wanted)),
    // Walked only when asked for, at the end of a run.
    get total() {
      return boundedTotal(bounds, (durationNs) => countBelow(rate.arrivalsBy(durationNs)));
    },
  };
}

export function constantArrivals(ratePerSec: number): Arrivals {
  return { timeNs: (count) => (count / ratePerSec) * 1e9, arrivalsBy: (ns) => (ns / 1e9) * ratePerSec };
}
