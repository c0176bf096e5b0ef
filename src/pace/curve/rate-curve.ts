import type { RateStage } from '../../core/index.js';
import { line } from './line.js';
import type { Piece } from './piece.js';
import { piecesOf } from './pieces.js';

/** Sums of arrivals are whole where the stages' rates and lengths make them so, but for the rounding of a few operations. */
const ROUNDING = 16 * Number.EPSILON;

/**
 * The rate of an open loop over time, its integral, and the inverse of that: when each hit is due. Times are
 * nanoseconds from the start; after the last stage its last rate goes on.
 */
export class RateCurve {
  /** Of the stages. */
  readonly lengthNs: number;
  /** Hits in all: infinite unless the last rate is 0. */
  readonly arrivals: number;
  readonly #pieces: readonly Piece[];
  readonly #startNs: readonly number[];
  /** Arrivals before each piece. */
  readonly #before: readonly number[];
  /** The piece of the last hit asked for: most often that of the next one too. */
  #last = 0;

  /** @param stages one at least */
  constructor(stages: readonly RateStage[]) {
    const pieces = stages.flatMap(piecesOf);
    const end = pieces.at(-1);
    const held = end?.rateAt(end.lengthNs) ?? 0;
    this.lengthNs = pieces.reduce((sum, { lengthNs }) => sum + lengthNs, 0);
    this.#pieces = held > 0 ? [...pieces, line(held, held, Number.POSITIVE_INFINITY)] : pieces;
    this.#startNs = runningSum(this.#pieces.map(({ lengthNs }) => lengthNs));
    const before = runningSum(this.#pieces.map(({ arrivals }) => arrivals)).map(whole);
    this.#before = before;
    this.arrivals = whole((before.at(-1) ?? 0) + (this.#pieces.at(-1)?.arrivals ?? 0));
  }

  rateAt(ns: number): number {
    const { piece, fromNs } = this.#pieceAt(ns);
    return piece.rateAt(Math.min(fromNs, piece.lengthNs));
  }

  /** The highest rate until `ns`. */
  peakBy(ns: number): number {
    const peaks = this.#pieces.map((piece, i) => {
      const fromNs = ns - (this.#startNs[i] as number);
      return fromNs > 0 ? piece.peakBy(Math.min(fromNs, piece.lengthNs)) : 0;
    });
    return peaks.reduce((most, peak) => Math.max(most, peak), 0);
  }

  /** Hits due before `ns`, not rounded. */
  arrivalsBy(ns: number): number {
    const { piece, fromNs, index } = this.#pieceAt(ns);
    const within = fromNs >= piece.lengthNs ? piece.arrivals : piece.arrivalsBy(fromNs);
    return whole((this.#before[index] as number) + within);
  }

  /**
   * When hit `count` is due, ns: when the integral has come to `count`, and where it rests there, when it goes on.
   * Infinite when it never comes so far.
   */
  timeNs(count: number): number {
    if (count >= this.arrivals) return Number.POSITIVE_INFINITY;
    const before = this.#before;
    let i = this.#last;
    const next = before[i + 1];
    if (count < (before[i] as number) || (next !== undefined && count >= next)) {
      i = lastAtMost(before, count);
      this.#last = i;
    }
    return (this.#startNs[i] as number) + (this.#pieces[i] as Piece).timeNs(count - (before[i] as number));
  }

  #pieceAt(ns: number): { piece: Piece; fromNs: number; index: number } {
    const index = lastAtMost(this.#startNs, ns);
    return { piece: this.#pieces[index] as Piece, fromNs: ns - (this.#startNs[index] as number), index };
  }
}

/** Index of the last of ascending `values` that is `value` at most; `values[0]` is 0, and `value` ≥ 0. */
function lastAtMost(values: readonly number[], value: number): number {
  let low = 0;
  let high = values.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as number) <= value) low = middle;
    else high = middle;
  }
  return low;
}

/** The sum before each value. */
function runningSum(values: readonly number[]): number[] {
  let sum = 0;
  return values.map((value) => {
    const before = sum;
    sum += value;
    return before;
  });
}

/** The whole number that `value` is but for rounding, else `value`. */
function whole(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value - rounded) <= ROUNDING * value ? rounded : value;
}
