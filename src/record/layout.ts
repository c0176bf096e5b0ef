/**
 * The bucket layout of an HdrHistogram with lowest discernible value 1 ns, highest trackable value one hour
 * and three significant digits: the layout the HDR libraries of all languages share, so that counts can be
 * handed to them bucket by bucket without a loss.
 *
 * The first 2048 buckets are 1 ns wide; each further half-bucket of 1024 doubles the width. A value's bucket
 * is never wider than 1/1024 of the value.
 *
 * Source: http://hdrhistogram.org, `AbstractHistogram.countsArrayIndex`.
 */
const SUB_BUCKETS = 2048;
const HALF = SUB_BUCKETS / 2;
const HALF_BITS = 10;

export const LOWEST_NS = 1;
export const HIGHEST_NS = 3_600_000_000_000;
export const SIGNIFICANT_DIGITS = 3;

/** Number of buckets up to and with the one that holds HIGHEST_NS. */
export const BUCKETS = bucketOf(HIGHEST_NS) + 1;

/**
 * Bucket of a value.
 * @param ns in [0, HIGHEST_NS]; a fraction is cut off
 */
export function bucketOf(ns: number): number {
  if (ns < 0x80000000) return smallBucket(ns | 0, 0);
  // Beyond 31 bits, drop 20 low bits first: they lie below any bucket's resolution there.
  return smallBucket((ns / 0x100000) | 0, 20);
}

function smallBucket(value: number, shift: number): number {
  const bucket = 21 - Math.clz32(value | (SUB_BUCKETS - 1));
  return ((bucket + shift + 1) << HALF_BITS) + (value >> bucket) - HALF;
}

/** Smallest value of a bucket, ns. */
export function lowestOf(bucket: number): number {
  const exponent = (bucket >> HALF_BITS) - 1;
  if (exponent < 0) return bucket;
  return ((bucket & (HALF - 1)) + HALF) * 2 ** exponent;
}

/** Largest value that shares the bucket, ns: what the HDR libraries report as a percentile. */
export function highestOf(bucket: number): number {
  return lowestOf(bucket + 1) - 1;
}

/** The middle of a bucket, ns: what the HDR libraries take for mean and deviation. */
export function middleOf(bucket: number): number {
  const low = lowestOf(bucket);
  return low + Math.floor((lowestOf(bucket + 1) - low) / 2);
}
