import type { LatencyDistribution } from './distribution.js';
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

type Counts = Map<number, number>;

/**
 * Response times of a run, stretch by stretch, coarse enough to be kept: a second of a busy service touches some
 * hundred buckets. A stretch is one second, and twice as long each time there are too many, so that memory is bounded
 * whatever the length of a run.
 */
export class CoarseIntervals {
  #lengthSec = 1;
  #stretches = new Map<number, Counts>();

  /** @param second from the start of the window; any order */
  add(second: number, distribution: LatencyDistribution): void {
    if (distribution.total === 0) return;
    const counts = this.#at(Math.floor(second / this.#lengthSec));
    for (const [bucket, count] of distribution.buckets()) {
      const coarse = bucket >> COARSER_BITS;
      counts.set(coarse, (counts.get(coarse) ?? 0) + count);
    }
    while (this.#stretches.size > MOST_KEPT) this.#double();
  }

  /**
   * The stretches in their order; those without a response are left out, and what came in after the window is in the
   * last one of it.
   */
  finish(durationSec: number, most: number): CoarseInterval[] {
    while (this.#stretches.size > most) this.#double();
    const last = Math.max(0, Math.ceil(durationSec / this.#lengthSec) - 1);
    for (const [index, counts] of [...this.#stretches]) {
      if (index <= last) continue;
      this.#stretches.delete(index);
      addCounts(this.#at(last), counts);
    }
    return [...this.#stretches]
      .sort(([a], [b]) => a - b)
      .map(([index, counts]) => {
        const t = index * this.#lengthSec;
        return {
          t,
          lengthSec: Math.min(this.#lengthSec, Math.max(0, durationSec - t)),
          counts: [...counts].sort(([a], [b]) => a - b).map(([coarse, count]) => [middleOf(coarse), count]),
        };
      });
  }

  #at(index: number): Counts {
    const counts = this.#stretches.get(index) ?? new Map<number, number>();
    this.#stretches.set(index, counts);
    return counts;
  }

  #double(): void {
    const before = this.#stretches;
    this.#lengthSec *= 2;
    this.#stretches = new Map();
    for (const [index, counts] of before) addCounts(this.#at(index >> 1), counts);
  }
}

function addCounts(to: Counts, from: Counts): void {
  for (const [coarse, count] of from) to.set(coarse, (to.get(coarse) ?? 0) + count);
}

function middleOf(coarse: number): number {
  const low = lowestOf(coarse << COARSER_BITS);
  return Math.min(HIGHEST_NS, low + Math.floor((lowestOf((coarse + 1) << COARSER_BITS) - low) / 2));
}
