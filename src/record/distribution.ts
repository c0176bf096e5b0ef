import type { LatencySummary, SparseCounts } from '../core/index.js';
import { BUCKETS, bucketOf, highestOf, middleOf } from './layout.js';

/** Counts of a whole run, merged exactly from the intervals of all workers. */
export class LatencyDistribution {
  // Doubles: a long run overflows 32 bits in one bucket.
  readonly #counts = new Float64Array(BUCKETS);
  #total = 0;
  #minNs = Number.POSITIVE_INFINITY;
  #maxNs = 0;

  get total(): number {
    return this.#total;
  }

  /** Exact bounds of the values, ns, which the buckets alone would blur; 0 when empty. */
  get minNs(): number {
    return this.#total === 0 ? 0 : this.#minNs;
  }

  get maxNs(): number {
    return this.#maxNs;
  }

  add(sparse: SparseCounts): void {
    const { indices, counts } = sparse;
    if (indices.length === 0) return;
    for (let i = 0; i < indices.length; i++) {
      const count = counts[i] as number;
      (this.#counts[indices[i] as number] as number) += count;
      this.#total += count;
    }
    if (sparse.minNs < this.#minNs) this.#minNs = sparse.minNs;
    if (sparse.maxNs > this.#maxNs) this.#maxNs = sparse.maxNs;
  }

  /** Adds another distribution's counts: exact, as both have the same buckets. */
  merge(other: LatencyDistribution): void {
    for (const [bucket, count] of other.buckets()) {
      (this.#counts[bucket] as number) += count;
      this.#total += count;
    }
    if (other.total === 0) return;
    this.#minNs = Math.min(this.#minNs, other.minNs);
    this.#maxNs = Math.max(this.#maxNs, other.maxNs);
  }

  /** Every touched bucket with its count, from the smallest values to the largest. */
  *buckets(): Generator<readonly [bucket: number, count: number]> {
    if (this.#total === 0) return;
    const last = bucketOf(this.#maxNs);
    for (let bucket = bucketOf(this.#minNs); bucket <= last; bucket++) {
      const count = this.#counts[bucket] as number;
      if (count > 0) yield [bucket, count];
    }
  }

  /**
   * The values below or at which the given shares of all values lie, in ns, as the HDR libraries give them:
   * the upper edge of the bucket, but never beyond the exact maximum.
   *
   * @param quantiles in (0, 1], ascending
   * @returns one value each; null for all when empty
   */
  quantilesNs(quantiles: readonly number[]): (number | null)[] {
    if (this.#total === 0) return quantiles.map(() => null);
    const found: number[] = [];
    let seen = 0;
    for (const [bucket, count] of this.buckets()) {
      seen += count;
      while (found.length < quantiles.length && seen >= this.#rank(quantiles[found.length] as number)) {
        found.push(Math.max(this.#minNs, Math.min(highestOf(bucket), this.#maxNs)));
      }
    }
    while (found.length < quantiles.length) found.push(this.#maxNs);
    return found;
  }

  /**
   * How many values are `ns` or less. Of a bucket that `ns` lies within, which is 1/1024 of it wide at most, none is
   * counted: it is never more than there are.
   */
  countWithin(ns: number): number {
    if (ns >= this.#maxNs) return this.#total;
    let within = 0;
    for (const [bucket, count] of this.buckets()) {
      if (highestOf(bucket) > ns) break;
      within += count;
    }
    return within;
  }

  /** Rank, from 1, of the value that a quantile stands for. 1e-9 absorbs that 0.99 × 100 is not 99. */
  #rank(quantile: number): number {
    return Math.max(1, Math.ceil(quantile * this.#total - 1e-9 * this.#total));
  }

  summary(): LatencySummary {
    if (this.#total === 0) return noLatencies;
    const us = (ns: number | null | undefined) => (ns ?? 0) / 1000;
    let sum = 0;
    for (const [bucket, count] of this.buckets()) sum += this.#valueOf(bucket) * count;
    const meanNs = sum / this.#total;
    let squares = 0;
    for (const [bucket, count] of this.buckets()) squares += (this.#valueOf(bucket) - meanNs) ** 2 * count;
    const [p50, p75, p90, p95, p99, p999, p9999] = this.quantilesNs([
      0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999,
    ]);
    return {
      count: this.#total,
      min: us(this.#minNs),
      mean: us(meanNs),
      stdev: us(Math.sqrt(squares / this.#total)),
      p50: us(p50),
      p75: us(p75),
      p90: us(p90),
      p95: us(p95),
      p99: us(p99),
      p99_9: us(p999),
      p99_99: us(p9999),
      max: us(this.#maxNs),
    };
  }

  /** A bucket's middle, held within the exact bounds so that the mean never lies outside them. */
  #valueOf(bucket: number): number {
    return Math.max(this.#minNs, Math.min(middleOf(bucket), this.#maxNs));
  }
}

const noLatencies: LatencySummary = {
  count: 0,
  min: null,
  mean: null,
  stdev: null,
  p50: null,
  p75: null,
  p90: null,
  p95: null,
  p99: null,
  p99_9: null,
  p99_99: null,
  max: null,
};
