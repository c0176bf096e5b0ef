import { inflateSync } from 'node:zlib';
import { type CurvePoint, escapeText, usageError } from '../core/index.js';

/** Encoded histograms of three digits take some tens of KiB, and inflate to no more than twice their buckets. */
const MOST_ENCODED = 1 << 18;
const MOST_INFLATED = 1 << 20;
/** Of the format's header: cookie, payload length, offset, digits, lowest and highest value, ratio. */
const HEADER_BYTES = 40;
const MOST_DIGITS = 3;
/** An hour and more: the library takes memory for the whole range. */
const HIGHEST_NS = 2 ** 42;

/**
 * Latency by percentile, from 0 towards 100 %, as far as there are samples above: `points` a tenfold of the
 * distance to 100 %.
 *
 * @param encoded HdrHistogram V2, compressed, base64, of nanoseconds; from anyone: nothing is inflated or laid out
 *   that is larger than one of ours
 * @throws ZipfireError `usage` when it is no such histogram
 */
export async function readCurve(encoded: string, name: string, points: number): Promise<CurvePoint[]> {
  const { decodeFromCompressedBase64 } = await import('hdr-histogram-js');
  try {
    checkSize(encoded);
    const histogram = decodeFromCompressedBase64(encoded, 64);
    const count = histogram.totalCount;
    const curve: CurvePoint[] = [];
    for (let i = 0; count > 0; i++) {
      const above = 10 ** (-i / points);
      if (above * count < 1) break;
      const quantile = 1 - above;
      curve.push({ quantile, us: histogram.getValueAtPercentile(100 * quantile) / 1000 });
    }
    histogram.destroy();
    return curve;
  } catch (cause) {
    const why = cause instanceof Error ? escapeText(cause.message) : 'unreadable';
    throw usageError(
      `${escapeText(name)}: histograms.response: expected an HdrHistogram V2, compressed, as base64: ${why}`,
    );
  }
}

function checkSize(encoded: string): void {
  if (encoded.length > MOST_ENCODED) throw new RangeError(`${encoded.length} characters`);
  const compressed = Buffer.from(encoded, 'base64');
  if (compressed.length < 8) throw new RangeError('too short');
  const end = 8 + compressed.readInt32BE(4);
  const header = inflateSync(compressed.subarray(8, end), { maxOutputLength: MOST_INFLATED });
  if (header.length < HEADER_BYTES) throw new RangeError('too short');
  const digits = header.readInt32BE(12);
  const highest = Number(header.readBigInt64BE(24));
  if (digits < 0 || digits > MOST_DIGITS) throw new RangeError(`${digits} significant digits`);
  if (highest < 2 || highest > HIGHEST_NS) throw new RangeError(`values up to ${highest}`);
}
