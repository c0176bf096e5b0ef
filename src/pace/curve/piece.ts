/**
 * A stretch of a rate that one formula describes. Times are nanoseconds from its start, rates are per second,
 * and arrivals are the integral of the rate: how many hits have come due, not rounded.
 */
export interface Piece {
  /** > 0; infinite for what goes on. */
  readonly lengthNs: number;
  /** Over the whole length. */
  readonly arrivals: number;
  /** At `ns` in [0, lengthNs]. */
  rateAt(ns: number): number;
  /** The highest rate until `ns`. */
  peakBy(ns: number): number;
  /** From the start to `ns`. */
  arrivalsBy(ns: number): number;
  /** The inverse: when so many have come, in [0, lengthNs]. For `count` in [0, arrivals), where arrivals > 0. */
  timeNs(count: number): number;
}
