import type { Result } from '../core/index.js';
import { loadHistograms } from './histogram.js';
import type { ReportFormat } from './report-format.js';

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
  const withHistogram = await loadHistograms();
  return withHistogram(result.histograms[which], `histograms.${which}`, (histogram) =>
    histogram.outputPercentileDistribution(TICKS_PER_HALF_DISTANCE, NS_PER_MS),
  );
}

export const hgrm: ReportFormat = {
  flag: 'hdr',
  description: 'write the response times as an HdrHistogram percentile distribution (.hgrm, in ms)',
  render: (result) => renderHgrm(result),
};
