import type { LatencyInterval, Result } from '../core/index.js';
import { loadHistograms } from './histogram.js';
import type { ReportFormat } from './report-format.js';

const NS_PER_MS = 1e6;
/** Of the log, not of ours: what HdrHistogram's own tools write. */
const VERSION = '1.3';

/**
 * Response times as an HdrHistogram interval log, which HistogramLogProcessor and HistogramLogAnalyzer read: one line
 * for each interval of the result, values in nanoseconds, the column of the maximum in milliseconds. A result without
 * intervals is one line, as is one without a response: a log without a line ends HistogramLogProcessor with an exception.
 * Rejects with a ZipfireError `usage` when the result holds no readable histogram.
 */
export async function renderIntervalLog(result: Result): Promise<string> {
  const withHistogram = await loadHistograms();
  const startMs = Date.parse(result.startedAt);
  // A date that cannot be read may be anything: it is not repeated.
  const start = Number.isFinite(startMs)
    ? [
        `#[StartTime: ${(startMs / 1000).toFixed(3)} (seconds since epoch), ${new Date(startMs).toISOString()}]`,
      ]
    : [];
  const lines = intervalsOf(result).map(({ t, lengthSec, response }, i) => {
    const maxMs = withHistogram(response, `intervals[${i}].response`, ({ maxValue }) => maxValue / NS_PER_MS);
    return `${t.toFixed(3)},${lengthSec.toFixed(3)},${maxMs.toFixed(3)},${response}`;
  });
  return [
    '#[Logged with zipfire, response times in ns]',
    `#[Histogram log format version ${VERSION}]`,
    ...start,
    '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
    ...lines,
    '',
  ].join('\n');
}

function intervalsOf({ intervals = [], histograms, summary }: Result): readonly LatencyInterval[] {
  if (intervals.length > 0) return intervals;
  return [{ t: 0, lengthSec: summary.durationSec, response: histograms.response }];
}

export const intervalLog: ReportFormat = {
  flag: 'interval-log',
  description: 'write the response times of each second as an HdrHistogram log (.hlog), for its tools',
  render: renderIntervalLog,
};
