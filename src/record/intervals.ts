import { HIGHEST_NS, lowestOf } from './layout.js';

/** Eight buckets of three digits are one of two: below a hundredth of the value. */
const COARSER_BITS = 3;
/** Kept while a run goes on; twice as long stretches from there on. */
const MOST_KEPT = 600;

/** Counts of a stretch of a run, in pairs, the smallest values first. */
export interface CoarseInterval {
  /** Seconds from the start of the window. */
  readonly t: number;
  readonly lengthSec: number;
  /** Values in ns: the middles of their buckets. */
  readonly counts: readonly (readonly [valueNs: number, count: number])[];
}

/** Coarse buckets that were touched, in their order, and how often each was: of a stretch some kilobytes at most. */
interface Counts {
  readonly buckets: Uint32Array;
  readonly counts: Float64Array;
}

/**
 * Response times of a run, stretch by stretch, coarse enough to be kept: a second of a busy service touches some
 * hundred buckets. A stretch is one second, and twice as long each time there are too many, so that memory is bounded
 * whatever the length of a run.
 */
export class CoarseIntervals {
  readonly #mostKept: number;
  #lengthSec = 1;
  #stretches = new Map<number, Counts>();

  /** @param mostKept where there are several of these, fewer stretches of each */
  constructor(mostKept = MOST_KEPT) {
    this.#mostKept = mostKept;
  }

  /** @param second from the start of the window; any order @param buckets of `record/layout`, ascending, with their counts */
  add(second: number, buckets: Iterable<readonly [bucket: number, count: number]>): void {
    const counts = coarsened(buckets);
    if (counts.buckets.length === 0) return;
    this.#addAt(Math.floor(second / this.#lengthSec), counts);
    while (this.#stretches.size > this.#mostKept) this.#double();
  }

  /** Adds what others hold. */
  merge(others: readonly CoarseIntervals[]): void {
    const lengthSec = Math.max(this.#lengthSec, ...others.map((other) => other.#lengthSec));
    while (this.#lengthSec < lengthSec) this.#double();
    for (const other of others) {
      for (const [index, counts] of other.#stretches)
        this.#addAt(Math.floor((index * other.#lengthSec) / lengthSec), counts);
    }
    while (this.#stretches.size > this.#mostKept) this.#double();
  }

  /**
   * The stretches in their order; those without a response are left out, and what came in after the window is in the
   * last one of it.
   * @param atLeastSec how long a stretch is at least: a power of two
   */
  finish(durationSec: number, most: number, atLeastSec = 1): CoarseInterval[] {
    while (this.#stretches.size > most || this.#lengthSec < atLeastSec) this.#double();
    const last = Math.max(0, Math.ceil(durationSec / this.#lengthSec) - 1);
    for (const [index, counts] of [...this.#stretches]) {
      if (index <= last) continue;
      this.#stretches.delete(index);
      this.#addAt(last, counts);
    }
    return [...this.#stretches]
      .sort(([a], [b]) => a - b)
      .map(([index, { buckets, counts }]) => {
        const t = index * this.#lengthSec;
        return {
          t,
          lengthSec: Math.min(this.#lengthSec, Math.max(0, durationSec - t)),
          counts: Array.from(buckets, (coarse, i) => [middleOf(coarse), counts[i] as number] as const),
        };
      });
  }

  /** Of a stretch. */
  get lengthSec(): number {
    return this.#lengthSec;
  }

  #addAt(index: number, counts: Counts): void {
    const there = this.#stretches.get(index);
    this.#stretches.set(index, there === undefined ? counts : sumOf(there, counts));
  }

  #double(): void {
    const before = this.#stretches;
    this.#lengthSec *= 2;
    this.#stretches = new Map();
    for (const [index, counts] of before) this.#addAt(index >> 1, counts);
  }
}

function coarsened(fine: Iterable<readonly [bucket: number, count: number]>): Counts {
  const buckets: number[] = [];
  const counts: number[] = [];
  for (const [bucket, count] of fine) {
    const coarse = bucket >> COARSER_BITS;
    if (buckets.at(-1) === coarse) (counts[counts.length - 1] as number) += count;
    else {
      buckets.push(coarse);
      counts.push(count);
    }
  }
  return { buckets: Uint32Array.from(buckets), counts: Float64Array.from(counts) };
}

/** Two ascending lists as one. */
function sumOf(one: Counts, other: Counts): Counts {
  const buckets = new Uint32Array(one.buckets.length + other.buckets.length);
  const counts = new Float64Array(buckets.length);
  let length = 0;
  for (let i = 0, j = 0; i < one.buckets.length || j < other.buckets.length; length++) {
    const a = one.buckets[i] ?? Number.POSITIVE_INFINITY;
    const b = other.buckets[j] ?? Number.POSITIVE_INFINITY;
    buckets[length] = Math.min(a, b);
    counts[length] =
      (a <= b ? (one.counts[i++] as number) : 0) + (b <= a ? (other.counts[j++] as number) : 0);
  }
  return { buckets: buckets.slice(0, length), counts: counts.slice(0, length) };
}

function middleOf(coarse: number): number {
  const low = lowestOf(coarse << COARSER_BITS);
  return Math.min(HIGHEST_NS, low + Math.floor((lowestOf((coarse + 1) << COARSER_BITS) - low) / 2));
}
