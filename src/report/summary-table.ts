import {
  formatCount,
  formatPercent,
  formatRateExact,
  formatUs,
  NO_DATA,
  type Result,
  type Summary,
} from '../core/index.js';
import { certaintyOf, latencyCell } from './latency.js';
import { padEnd, table } from './layout.js';
import type { Style } from './style.js';

/** Rows shown at most; the rest is counted. */
const MOST_ROWS = 20;

/** A column of a table of summaries. */
interface Figure {
  readonly title: string;
  /** See `Column.rank`. */
  readonly rank: number;
  readonly show: (summary: Summary, style: Style) => string;
  /** What it is in numbers, and how one of its kind is written; absent where a median says nothing. */
  readonly middle?: {
    /** Null where there is none to be trusted. */
    readonly value: (summary: Summary) => number | null;
    readonly format: (value: number) => string;
  };
}

const figures: readonly Figure[] = [
  { title: 'sent', rank: 3, show: ({ sent }) => formatCount(sent) },
  { title: 'errors', rank: 2, show: ({ errors }, style) => style.failures(errors) },
  {
    title: 'QPS',
    rank: 0,
    show: ({ qps }) => formatRateExact(qps),
    middle: { value: ({ qps }) => qps, format: formatRateExact },
  },
  latencyFigure('p50', 1, 2),
  latencyFigure('p99', 0, 100),
  latencyFigure('max', 4, null),
];

function latencyFigure(key: 'p50' | 'p99' | 'max', rank: number, oneIn: number | null): Figure {
  const value = ({ latencyUs: { response } }: Summary) =>
    certaintyOf(response.count, oneIn) === 'none' ? null : response[key];
  return {
    title: key,
    rank,
    show: ({ latencyUs }, style) => latencyCell(latencyUs.response, key, style),
    middle: { value, format: formatUs },
  };
}

/** One row for each operation, when there is more than one. */
export function operationLines(result: Result, style: Style): string[] {
  const all = result.operations;
  if (all.length < 2) return [];
  const shown = all.slice(0, MOST_ROWS);
  const nameWidth = Math.max(8, style.width - 32);
  const rows = summaryTable(
    'operation',
    shown.map((operation) => style.outside(operation.name, Math.min(30, nameWidth))),
    shown,
    style,
  );
  return [...rows, ...(all.length > MOST_ROWS ? [style.quiet(`and ${all.length - MOST_ROWS} more`)] : [])];
}

/**
 * One row for each repeat of the measured phase, and then what they come to: the median, and how far they lie apart,
 * which is what a figure is worth.
 */
export function runLines({ runs }: Result, style: Style): string[] {
  if (runs.length < 2) return [];
  const shown = runs.slice(0, MOST_ROWS);
  const more = runs.length - MOST_ROWS;
  const names = shown.map((_, index) => String(index + 1));
  return [
    ...summaryTable('run', [...names, 'median', 'spread'], shown, style, ({ middle }) => {
      if (middle === undefined) return ['', ''];
      const values = runs.map(middle.value).filter((value) => value !== null);
      const median = medianOf(values);
      if (median === null) return [NO_DATA, NO_DATA];
      return [style.strong(middle.format(median)), formatPercent(spreadOf(values, median), 2)];
    }),
    style.quiet(`${more > 0 ? `and ${more} more runs · ` : ''}spread: (max - min) / median`),
  ];
}

function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

/** Null where there is nothing to compare. */
function spreadOf(values: readonly number[], median: number): number | null {
  if (values.length < 2 || median === 0) return null;
  return (Math.max(...values) - Math.min(...values)) / median;
}

/** @param footOf cells below those of the summaries, for the names that are left */
function summaryTable(
  title: string,
  names: readonly string[],
  all: readonly Summary[],
  style: Style,
  footOf: (figure: Figure) => readonly string[] = () => [],
): string[] {
  const columns = figures.map((figure) => {
    const cells = [...all.map((summary) => figure.show(summary, style)), ...footOf(figure)];
    return { title: style.quiet(figure.title), align: 'right', rank: figure.rank, cells } as const;
  });
  const name = { title: style.quiet(padEnd(title, 9)), align: 'left', rank: 0, cells: names } as const;
  return table([name, ...columns], style.width);
}
