import { type Result, ZipfireError } from '../core/index.js';
import type { ReportFormat } from './report-format.js';

/** An encoded histogram of three digits takes some tens of KiB; more than this is not one of ours. */
const MAX_ENCODED_LENGTH = 1 << 18;
/** Histograms hold nanoseconds, and plotters of these files expect milliseconds. */
const NS_PER_MS = 1e6;
/** Points for each halving of the distance to 100 %; what HdrHistogram's own tools write. */
const TICKS_PER_HALF_DISTANCE = 5;

/**
 * The percentile distribution of response times in milliseconds, in the text form of HdrHistogram (.hgrm),
 * which its plotter and many others read.
 * Rejects with a ZipfireError `usage` when the result holds no readable histogram.
 */
export async function renderHgrm(
  result: Result,
  which: 'response' | 'service' = 'response',
): Promise<string> {
  const encoded = result.histograms[which];
  if (encoded.length > MAX_ENCODED_LENGTH) throw unreadable(which, `is ${encoded.length} characters long`);
  // Loaded when asked for: it is large, and a run has to start quickly.
  const { decodeFromCompressedBase64 } = await import('hdr-histogram-js');
  try {
    const histogram = decodeFromCompressedBase64(encoded);
    const text = histogram.outputPercentileDistribution(TICKS_PER_HALF_DISTANCE, NS_PER_MS);
    histogram.destroy();
    return text;
  } catch (cause) {
    throw unreadable(which, 'cannot be decoded', cause);
  }
}

function unreadable(which: string, what: string, cause?: unknown): ZipfireError {
  return new ZipfireError(
    'usage',
    `histograms.${which} of the result ${what}`,
    'expected an HdrHistogram V2, compressed, as base64',
    cause,
  );
}

export const hgrm: ReportFormat = {
  flag: 'hdr',
  description: 'write the response times as an HdrHistogram percentile distribution (.hgrm, in ms)',
  render: (result) => renderHgrm(result),
};
