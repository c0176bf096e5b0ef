import { type Pacer, uniform53 } from '../core/index.js';
import { type Bounds, boundedTotal } from './bounds.js';

/** Keeps the arrival draws apart from every other use of the seed. */
const ARRIVAL_STREAM = 0x61727276;

/**
 * Poisson arrivals: gaps are exponential with mean 1/rate, as independent users make them.
 *
 * The gap before hit k follows from (seed, k), so all workers see one schedule. A hit's time is the sum of
 * the gaps before it: the pacer keeps the last sum and walks on from there (about 20 ns a hit), and starts
 * over when asked for an earlier hit.
 */
export function poissonPacer(ratePerSec: number, seed: number, bounds: Bounds): Pacer {
  const meanGapNs = 1e9 / ratePerSec;
  let hit = -1;
  let atNs = 0;
  const dueNs = (wanted: number): number => {
    if (wanted < hit) {
      hit = -1;
      atNs = 0;
    }
    while (hit < wanted) atNs -= Math.log1p(-uniform53(seed, ARRIVAL_STREAM, ++hit, 0)) * meanGapNs;
    return atNs;
  };
  return {
    dueNs,
    // Walked only when asked for, at the end of a run.
    get total() {
      return boundedTotal(bounds, (durationNs) => {
        let count = 0;
        while (dueNs(count) < durationNs) count++;
        return count;
      });
    },
  };
}
