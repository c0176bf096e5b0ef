import { formatCount, formatUs, type LatencySummary, NO_DATA, type Summary } from '../core/index.js';
import { type Column, table } from './layout.js';
import type { Style } from './style.js';

/** Below so many samples above it, a percentile is the word of a few requests. */
const FEW_SAMPLES = 10;

interface Percentile {
  readonly key: keyof LatencySummary;
  readonly title: string;
  /** One sample of so many lies above it; null where that is no question. */
  readonly oneIn: number | null;
  /** See `Column.rank`. */
  readonly rank: number;
}

const percentiles: readonly Percentile[] = [
  { key: 'min', title: 'min', oneIn: null, rank: 9 },
  { key: 'mean', title: 'mean', oneIn: null, rank: 8 },
  { key: 'p50', title: 'p50', oneIn: 2, rank: 0 },
  { key: 'p75', title: 'p75', oneIn: 4, rank: 7 },
  { key: 'p90', title: 'p90', oneIn: 10, rank: 3 },
  { key: 'p95', title: 'p95', oneIn: 20, rank: 6 },
  { key: 'p99', title: 'p99', oneIn: 100, rank: 0 },
  { key: 'p99_9', title: 'p99.9', oneIn: 1000, rank: 4 },
  { key: 'p99_99', title: 'p99.99', oneIn: 10_000, rank: 5 },
  { key: 'max', title: 'max', oneIn: null, rank: 1 },
];

/** A percentile with what its samples are worth. */
export type Certainty = 'known' | 'few' | 'none';

/**
 * `known`: at least ten samples lie above the percentile. `few`: at least one does.
 * `none`: not one, so that the percentile of so small a sample is its maximum by another name.
 */
export function certaintyOf(count: number, oneIn: number | null): Certainty {
  if (oneIn === null) return count > 0 ? 'known' : 'none';
  const above = count / oneIn;
  return above >= FEW_SAMPLES ? 'known' : above >= 1 ? 'few' : 'none';
}

/** A latency as text; `~` before it when few samples lie above, and a dash when none does. */
export function latencyText(
  latency: LatencySummary,
  key: keyof LatencySummary,
  oneIn: number | null,
): string {
  const certainty = certaintyOf(latency.count, oneIn);
  if (certainty === 'none') return NO_DATA;
  return `${certainty === 'few' ? '~' : ''}${formatUs(latency[key])}`;
}

/** A latency as a cell; `~` before it when few samples lie above, and a dash when none does. */
export function latencyCell(summary: LatencySummary, key: 'p50' | 'p99' | 'max', style: Style): string {
  const percentile = percentiles.find((each) => each.key === key) as Percentile;
  return cell(summary, percentile, style);
}

function cell(summary: LatencySummary, { key, oneIn }: Percentile, style: Style): string {
  const certainty = certaintyOf(summary.count, oneIn);
  const value = summary[key];
  if (value === null || certainty === 'none') return style.quiet(NO_DATA);
  // A unit of one letter gets a blank, so that the digits of a column stand in line.
  const text = formatUs(value).replace(/ s$/, ' s ');
  return certainty === 'few' ? style.quiet(`~${text}`) : text;
}

interface Row {
  readonly label: string;
  readonly summary: LatencySummary;
}

/** The latency table, and under it what its rows and marks mean. */
export function latencyLines(summary: Summary, style: Style, labelWidth: number): string[] {
  const { response, service, lateness, failed } = summary.latencyUs;
  const { messages } = summary;
  const open = summary.targetRate !== null;
  const rows: Row[] = [
    { label: open ? ' response' : 'latency', summary: response },
    ...(open && service.count > 0 ? [{ label: ' service', summary: service }] : []),
    ...(open && lateness.count > 0 ? [{ label: ' lateness', summary: lateness }] : []),
    ...(failed.count > 0 ? [{ label: open ? ' failed' : 'failed', summary: failed }] : []),
    ...(messages !== null && messages.latencyUs.count > 0
      ? [{ label: open ? ' message' : 'message', summary: messages.latencyUs }]
      : []),
  ];
  const columns: Column[] = [
    {
      title: style.quiet((open ? 'latency' : '').padEnd(labelWidth - 2)),
      align: 'left',
      rank: 0,
      cells: rows.map((row) => (row.summary === failed ? style.bad(row.label) : style.quiet(row.label))),
    },
    {
      title: style.quiet('samples'),
      align: 'right',
      rank: 2,
      cells: rows.map((row) => style.quiet(formatCount(row.summary.count))),
    },
    ...percentiles.map(
      (percentile): Column => ({
        title: style.quiet(percentile.title),
        align: 'right',
        rank: percentile.rank,
        cells: rows.map((row) => cell(row.summary, percentile, style)),
      }),
    ),
  ];
  return table(columns, style.width);
}

/** What the latency table needs said: its rows in an open loop, its marks when the samples are few. */
export function latencyLegend(summary: Summary): string[] {
  const { response, service, failed } = summary.latencyUs;
  const open = summary.targetRate !== null;
  const shown = [response, ...(open ? [service] : []), ...(failed.count > 0 ? [failed] : [])];
  const certainties = shown.flatMap(({ count }) =>
    percentiles.filter(({ oneIn }) => oneIn !== null).map(({ oneIn }) => certaintyOf(count, oneIn)),
  );
  return [
    ...(open ? ['response from the intended start', 'service from the send'] : []),
    ...(certainties.includes('few') ? [`~ fewer than ${FEW_SAMPLES} samples above it`] : []),
    ...(certainties.includes('none') && response.count > 0 ? [`${NO_DATA} no sample above it`] : []),
  ];
}
