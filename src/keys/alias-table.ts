/**
 * Draws an index in proportion to its weight in constant time, 12 bytes a weight: A. J. Walker's alias method,
 * set up as in M. D. Vose, "A linear algorithm for generating random numbers with a given distribution", 1991.
 *
 * Each index has a column of height 1, filled by itself up to `#own` and by its alias above.
 */
export class AliasTable {
  readonly #own: Float64Array;
  readonly #alias: Uint32Array;

  /** @param weights finite, ≥ 0, at least one above 0; fewer than 2^32 */
  constructor(weights: ArrayLike<number>) {
    const size = weights.length;
    // Against the largest: the sum of weights near the end of the range of doubles would be infinite.
    let largest = 0;
    for (let i = 0; i < size; i++) largest = Math.max(largest, weights[i] as number);
    let sum = 0;
    for (let i = 0; i < size; i++) sum += (weights[i] as number) / largest;
    if (!(sum > 0 && Number.isFinite(sum))) throw new RangeError('no weight is above 0');

    this.#own = new Float64Array(size);
    this.#alias = new Uint32Array(size);
    const heights = Float64Array.from(weights, (weight) => (weight / largest / sum) * size);
    const small: number[] = [];
    const large: number[] = [];
    for (let i = 0; i < size; i++) ((heights[i] as number) < 1 ? small : large).push(i);
    while (small.length > 0 && large.length > 0) {
      const low = small.pop() as number;
      const high = large.at(-1) as number;
      this.#own[low] = heights[low] as number;
      this.#alias[low] = high;
      heights[high] = (heights[high] as number) - (1 - (heights[low] as number));
      if ((heights[high] as number) < 1) small.push(large.pop() as number);
    }
    // What is left is 1 but for rounding. A weight of 0 must not be left whole, whatever was rounded.
    const heaviest = indexOfLargest(weights);
    for (const i of [...small, ...large]) {
      this.#own[i] = (weights[i] as number) > 0 ? 1 : 0;
      this.#alias[i] = heaviest;
    }
  }

  /** @param u uniform in [0, 1) */
  pick(u: number): number {
    const position = u * this.#own.length;
    const column = Math.floor(position);
    return position - column < (this.#own[column] as number) ? column : (this.#alias[column] as number);
  }
}

function indexOfLargest(weights: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < weights.length; i++) if ((weights[i] as number) > (weights[best] as number)) best = i;
  return best;
}
