import type { Piece } from './piece.js';

const TURN = 2 * Math.PI;
/** Newton's steps double the digits. Where the rate touches 0 halving takes over, one bit a step. */
const MOST_STEPS = 64;

/**
 * A rate that swings about its mean, as a day does; one period from the left to the right:
 *
 * ```
 *   mean + amplitude        ,-''''-.
 *                         ,'        `.
 *                mean  --'------------`.------------,--
 *                                       `.        ,'
 *   mean - amplitude                      `-....-'
 *                        |             period          |
 *
 *   rate(t)     = mean + amplitude · sin x,   x = 2π·t / period
 *   arrivals(t) = mean · period / 2π · (x + e·(1 - cos x)),   e = amplitude / mean
 * ```
 *
 * Each period has mean · period arrivals. Within one, the time of arrival n solves x + e·(1 - cos x) = m for
 * m = 2π · n / (mean · period): Kepler's equation with the quarter of a turn added to x, which has no closed
 * form. Its left side never falls, as e ≤ 1, so Newton's method is kept within a bracket, and halves that where
 * it would leave it.
 *
 * @param mean > 0
 * @param amplitude in [0, mean]
 */
export function sine(mean: number, amplitude: number, periodNs: number, lengthNs: number): Piece {
  const perPeriod = (mean * periodNs) / 1e9;
  const e = amplitude / mean;
  const turnOf = (ns: number) => ((ns % periodNs) / periodNs) * TURN;
  const arrivalsBy = (ns: number) => (mean * ns) / 1e9 + (perPeriod / TURN) * e * (1 - Math.cos(turnOf(ns)));
  return {
    lengthNs,
    arrivals: arrivalsBy(lengthNs),
    rateAt: (ns) => mean + amplitude * Math.sin(turnOf(ns)),
    peakBy: () => mean + amplitude,
    arrivalsBy,
    timeNs: (count) => {
      const periods = Math.floor(count / perPeriod);
      const x = solve(e, TURN * (count / perPeriod - periods));
      return Math.min(lengthNs, (periods + x / TURN) * periodNs);
    },
  };
}

/** The x with x + e·(1 − cos x) = m. */
function solve(e: number, m: number): number {
  let low = Math.max(0, m - 2 * e);
  let high = m;
  // What the sine's first term makes of it: three steps or four are left.
  let x = Math.max(low, m - e * (1 - Math.cos(m)));
  for (let step = 0; step < MOST_STEPS; step++) {
    const excess = x + e * (1 - Math.cos(x)) - m;
    if (excess > 0) high = x;
    else low = x;
    const slope = 1 + e * Math.sin(x);
    const newton = x - excess / slope;
    // The next error is about the square of this step over the slope: beyond what a double holds.
    if (Math.abs(newton - x) <= 1e-8 * slope) return newton;
    x = newton > low && newton < high ? newton : (low + high) / 2;
  }
  return x;
}
