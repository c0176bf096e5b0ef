import { logGamma } from './special.js';

/**
 * How often keys came, without which key it was: `keys[i]` keys came `counts[i]` times each. That is all that a
 * distribution can be fitted to, as nobody knows the true order of keys that came about equally often.
 */
export interface Spectrum {
  /** Falling. Whole numbers ≥ 1. */
  readonly counts: Float64Array;
  /** Above 0; not whole when keys are a sample that stands for more. */
  readonly keys: Float64Array;
  /** Σ counts · keys. */
  readonly requests: number;
  /** Σ keys. */
  readonly distinct: number;
}

/** @param keysByCount how many keys came so often, in any order */
export function spectrumOf(keysByCount: ReadonlyMap<number, number>): Spectrum {
  const entries = [...keysByCount].filter(([, keys]) => keys > 0).sort(([a], [b]) => b - a);
  const counts = Float64Array.from(entries, ([count]) => count);
  const keys = Float64Array.from(entries, ([, number]) => number);
  return {
    counts,
    keys,
    requests: counts.reduce((sum, count, i) => sum + count * (keys[i] as number), 0),
    distinct: keys.reduce((sum, number) => sum + number, 0),
  };
}

/** The share of the requests that went to the `k` keys that came most often, linear between whole keys. */
export function topShares(spectrum: Spectrum): (k: number) => number {
  const { counts, keys, requests } = spectrum;
  const keysUpTo = new Float64Array(counts.length + 1);
  const hitsUpTo = new Float64Array(counts.length + 1);
  for (let i = 0; i < counts.length; i++) {
    keysUpTo[i + 1] = (keysUpTo[i] as number) + (keys[i] as number);
    hitsUpTo[i + 1] = (hitsUpTo[i] as number) + (keys[i] as number) * (counts[i] as number);
  }
  return (k) => {
    let low = 0;
    let high = counts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((keysUpTo[middle + 1] as number) <= k) low = middle + 1;
      else high = middle;
    }
    if (low === counts.length) return 1;
    return ((hitsUpTo[low] as number) + (k - (keysUpTo[low] as number)) * (counts[low] as number)) / requests;
  };
}

/**
 * Counts next to each other taken together where they are dense, a quarter of a standard deviation wide: as good
 * as the counts themselves for a likelihood, and fewer.
 */
export interface Cells {
  readonly counts: Float64Array;
  readonly keys: Float64Array;
  /** ln counts!. */
  readonly logFactorials: Float64Array;
  readonly distinct: number;
  readonly requests: number;
}

export function cellsOf(spectrum: Spectrum): Cells {
  const means: number[] = [];
  const numbers: number[] = [];
  let end = Number.POSITIVE_INFINITY;
  for (let i = 0; i < spectrum.counts.length; i++) {
    const count = spectrum.counts[i] as number;
    const number = spectrum.keys[i] as number;
    if (count <= end) {
      // The bounds lie on one grid, whatever the counts are, so that samples of one model are cut alike.
      end = cellEnd(count);
      means.push(count);
      numbers.push(number);
      continue;
    }
    const last = means.length - 1;
    const sum = (numbers[last] as number) + number;
    means[last] = (means[last] as number) + ((count - (means[last] as number)) * number) / sum;
    numbers[last] = sum;
  }
  const counts = Float64Array.from(means);
  return {
    counts,
    keys: Float64Array.from(numbers),
    logFactorials: counts.map((count) => logGamma(count + 1)),
    distinct: spectrum.distinct,
    requests: spectrum.requests,
  };
}

/** The largest count that lies below the cell of `count`. In √count the cells are 1/8 wide. */
function cellEnd(count: number): number {
  if (count < 64) return count - 1;
  return Math.ceil((Math.floor(Math.sqrt(count) * 8) / 8) ** 2) - 1;
}
