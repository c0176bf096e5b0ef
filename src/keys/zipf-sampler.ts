import { uniform53 } from '../core/index.js';

/** 2^−1100 is 0 as a double: beyond this exponent every draw is rank 1, and nothing changes any more. */
const LARGEST_ALPHA = 1100;

/**
 * Zipf draws in constant time and memory at any n, by rejection-inversion.
 *
 * W. Hörmann, G. Derflinger, "Rejection-inversion to generate variates from monotone discrete distributions",
 * ACM TOMACS 6(3), 1996. The area under h(x) = x^−α is inverted at a random point; the rank is the integer next
 * to it, and is refused in the sliver by which the area around a rank exceeds h(rank). Exact, and hardly more
 * than one try a draw.
 *
 * The integral of h from 1 is (x^β − 1)/β with β = 1 − α. Written with expm1 and log1p it holds for β = 1e-12
 * as well as for β = 2; written with powers it loses all digits near α = 1. At β = 0 it is the logarithm.
 *
 * Doubles tell the ranks apart up to 10^13; far beyond that, ranks next to each other share their draws.
 */
export class ZipfSampler {
  readonly #alpha: number;
  readonly #beta: number;
  readonly #inverseBeta: number;
  /** Areas below this are rank 1, which is never refused. */
  readonly #endOfFirst: number;
  /** Where rank 1 starts, so that it is h(1) = 1 wide. */
  readonly #start: number;
  /** A point that lies less than this below its rank is never refused; smallest at rank 2, so found there. */
  readonly #sure: number;

  /** @param alpha the exponent, > 0 and finite */
  constructor(alpha: number) {
    this.#alpha = Math.min(alpha, LARGEST_ALPHA);
    this.#beta = 1 - this.#alpha;
    this.#inverseBeta = 1 / this.#beta;
    this.#endOfFirst = this.areaUpTo(1);
    this.#start = this.#endOfFirst - 1;
    this.#sure = 2 - this.#pointAt(this.areaUpTo(2) - this.#height(2));
  }

  /** The area of the ranks 1 to `n`: ∫ h from 1 to n + 1/2. */
  areaUpTo(n: number): number {
    const logX = Math.log(n + 0.5);
    if (this.#beta === 0) return logX;
    const area = Math.expm1(this.#beta * logX) * this.#inverseBeta;
    // For α > 1 all of the area is −1/β: rounding must not go beyond it, where there is no point.
    return this.#beta < 0 ? Math.min(area, -this.#inverseBeta) : area;
  }

  /**
   * The rank, counted from 0, of a hit among `n`.
   * @param area `areaUpTo(n)`
   */
  rank(n: number, area: number, seed: number, stream: number, hit: number): number {
    const width = this.#start - area;
    for (let draw = 0; ; draw++) {
      const at = area + uniform53(seed, stream, hit, draw) * width;
      if (at < this.#endOfFirst) return 0;
      const point = this.#pointAt(at);
      // Math.round costs as much as the rest of the draw.
      const rank = Math.min(Math.floor(point + 0.5), n);
      if (rank - point <= this.#sure || at >= this.areaUpTo(rank) - this.#height(rank)) return rank - 1;
    }
  }

  /** The x up to which the area is `area`. */
  #pointAt(area: number): number {
    if (this.#beta === 0) return Math.exp(area);
    return Math.exp(Math.log1p(area * this.#beta) * this.#inverseBeta);
  }

  #height(x: number): number {
    return Math.exp(-this.#alpha * Math.log(x));
  }
}
