import type { LatencyInterval, Result } from '../core/index.js';
import { loadHistograms, type UseHistogram } from './histogram.js';
import type { ReportFormat } from './report-format.js';

const NS_PER_MS = 1e6;
/** Of the log, not of ours: what HdrHistogram's own tools write. */
const VERSION = '1.3';

/** A line of the log, and what puts it in its place. */
interface Line {
  readonly t: number;
  readonly text: string;
}

/**
 * Response times as an HdrHistogram interval log, which HistogramLogProcessor and HistogramLogAnalyzer read: one line
 * for each interval of the result, values in nanoseconds, the column of the maximum in milliseconds; and under it one
 * for each operation, with its name as the tag. A result without intervals is one line, as is one without a response: a
 * log without a line ends HistogramLogProcessor with an exception.
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
  const total = linesOf(intervalsOf(result), 'intervals', '', withHistogram);
  const tagged = result.operations.flatMap(({ name, intervals = [] }, i) =>
    linesOf(intervals, `operations[${i}].intervals`, `Tag=${tagOf(name)},`, withHistogram),
  );
  return [
    '#[Logged with zipfire, response times in ns]',
    `#[Histogram log format version ${VERSION}]`,
    ...start,
    '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
    // By time, as readers stop at the first line behind the stretch that they were asked for.
    ...[...total, ...tagged].sort((a, b) => a.t - b.t).map(({ text }) => text),
    '',
  ].join('\n');
}

function linesOf(
  intervals: readonly LatencyInterval[],
  place: string,
  tag: string,
  withHistogram: UseHistogram,
): Line[] {
  return intervals.map(({ t, lengthSec, response }, i) => {
    const toMaxMs = ({ maxValue }: { readonly maxValue: number }) => maxValue / NS_PER_MS;
    const maxMs = withHistogram(response, `${place}[${i}].response`, toMaxMs);
    return { t, text: `${tag}${t.toFixed(3)},${lengthSec.toFixed(3)},${maxMs.toFixed(3)},${response}` };
  });
}

/**
 * The name of an operation as a tag: what is not printable ASCII, and space, comma and percent sign, percent-encoded as
 * in a URL. A tag ends at the first comma, and tools in Java read a log in the machine's own character set.
 */
export function tagOf(name: string): string {
  const wellFormed = name.replace(/\p{Cs}/gu, '\u{fffd}');
  return wellFormed.replace(/[^!-~]|[,%]/gu, encodeURIComponent);
}

function intervalsOf({ intervals = [], histograms, summary }: Result): readonly LatencyInterval[] {
  if (intervals.length > 0) return intervals;
  return [{ t: 0, lengthSec: summary.durationSec, response: histograms.response }];
}

export const intervalLog: ReportFormat = {
  flag: 'interval-log',
  description: 'write the response times of each second as an HdrHistogram log (.hlog), by operation too',
  render: renderIntervalLog,
};
