import type { Piece } from './piece.js';

/**
 * A rate on a straight line; with `from` = `to` a constant one, for ever if the length is infinite.
 *
 * With r(t) = from + s·t the arrivals are n = (from + r(t))/2 · t, and r(t)² = from² + 2·s·n. So the time of
 * arrival n is t = 2n / (from + r): a closed form without cancellation, and n / from where s is 0.
 */
export function line(from: number, to: number, lengthNs: number): Piece {
  const rise = to - from;
  const risePerSec = (rise / lengthNs) * 1e9;
  const rateAt = (ns: number) => from + rise * (ns / lengthNs);
  return {
    lengthNs,
    arrivals: from + to === 0 ? 0 : (((from + to) / 2) * lengthNs) / 1e9,
    rateAt,
    peakBy: (ns) => Math.max(from, rateAt(ns)),
    arrivalsBy: (ns) => (((from + rateAt(ns)) / 2) * ns) / 1e9,
    timeNs: (count) => {
      if (count === 0) return 0;
      // Rounding may leave a little less than nothing under the root, at the foot of a line down to 0.
      const rate = Math.sqrt(Math.max(0, from * from + 2 * risePerSec * count));
      return Math.min(lengthNs, ((2 * count) / (from + rate)) * 1e9);
    },
  };
}
