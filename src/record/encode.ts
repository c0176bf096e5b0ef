import type { LatencyInterval } from '../core/index.js';
import type { LatencyDistribution } from './distribution.js';
import type { CoarseInterval } from './intervals.js';
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

/** Two digits: what a drawing or an interval log shows, in a few hundred characters each. */
const DIGITS_OF_INTERVALS = 2;

export async function encodeIntervals(intervals: readonly CoarseInterval[]): Promise<LatencyInterval[]> {
  const hdr = await import('hdr-histogram-js');
  const histogram = hdr.build({
    lowestDiscernibleValue: LOWEST_NS,
    highestTrackableValue: HIGHEST_NS,
    numberOfSignificantValueDigits: DIGITS_OF_INTERVALS,
    bitBucketSize: 64,
    useWebAssembly: false,
  });
  return intervals.map(({ t, lengthSec, counts }) => {
    histogram.reset();
    for (const [valueNs, count] of counts) histogram.recordValueWithCount(valueNs, count);
    return { t, lengthSec, response: hdr.encodeIntoCompressedBase64(histogram) };
  });
}
