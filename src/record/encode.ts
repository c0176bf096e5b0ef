import type { LatencyDistribution } from './distribution.js';
import { HIGHEST_NS, LOWEST_NS, middleOf, SIGNIFICANT_DIGITS } from './layout.js';

/**
 * The distribution as other HDR tools read it: HdrHistogram V2, deflated, base64; values in nanoseconds.
 * The library is loaded here alone, at the end of a run.
 */
export async function encodeDistribution(distribution: LatencyDistribution): Promise<string> {
  const hdr = await import('hdr-histogram-js');
  const histogram = hdr.build({
    lowestDiscernibleValue: LOWEST_NS,
    highestTrackableValue: HIGHEST_NS,
    numberOfSignificantValueDigits: SIGNIFICANT_DIGITS,
    bitBucketSize: 64,
    useWebAssembly: false,
  });
  for (const [bucket, count] of distribution.buckets()) {
    histogram.recordValueWithCount(middleOf(bucket), count);
  }
  return hdr.encodeIntoCompressedBase64(histogram);
}
