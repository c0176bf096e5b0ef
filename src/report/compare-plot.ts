import { type CurvePoint, formatUs } from '../core/index.js';
import { padStart } from './layout.js';
import type { Style } from './style.js';

/** A distribution of latencies as a line of the plot. */
export interface Curve {
  readonly name: string;
  /** Ascending. */
  readonly points: readonly CurvePoint[];
}

const ROWS = 12;
const LABEL_EVERY = 4;
const LABEL_WIDTH = 9;
const MOST_COLUMNS = 64;
const MAX_NAME = 24;

/**
 * Latency by percentile, one curve over the other: the time on a logarithmic axis, and so is the distance to 100 %,
 * so that p90, p99 and p99.9 are as far apart as they should be. Where two are at one place, the later one is on top.
 *
 * @returns no lines where there is nothing to draw
 */
export function renderCurves(curves: readonly Curve[], style: Style): string[] {
  const drawn = curves.filter(({ points }) => points.some(({ us }) => us > 0));
  const all = drawn.flatMap(({ points }) => points).filter(({ us }) => us > 0);
  if (all.length === 0) return [];
  const ninesOf = (quantile: number) => -Math.log10(1 - quantile);
  const nines = Math.max(1, ...all.map(({ quantile }) => ninesOf(quantile)));
  const logs = all.map(({ us }) => Math.log10(us));
  const bottom = Math.min(...logs);
  const top = Math.max(bottom + 0.01, ...logs);
  const columns = Math.min(MOST_COLUMNS, style.width - LABEL_WIDTH - 2);
  const rowOf = (us: number) => Math.round(((top - Math.log10(us)) / (top - bottom)) * (ROWS - 1));

  const marks = (style.unicode ? ['·', '●', '×', '○'] : ['.', 'o', 'x', '+']).slice(0, drawn.length);
  const cells = Array.from({ length: ROWS }, () => new Array<string>(columns).fill(' '));
  drawn.forEach(({ points }, i) => {
    for (let column = 0; column < columns; column++) {
      const us = valueAt(points, (column / (columns - 1)) * nines, ninesOf);
      const row = us === null || us <= 0 ? undefined : cells[rowOf(us)];
      if (row !== undefined) row[column] = paintOf(i, style)(marks[i % marks.length] ?? '');
    }
  });

  const [corner, bar, tick, dash] = style.unicode ? ['└', '│', '┤', '─'] : ['+', '|', '+', '-'];
  const lines = cells.map((row, i) => {
    const labelled = i % LABEL_EVERY === 0 || i === ROWS - 1;
    const us = 10 ** (top - (i / (ROWS - 1)) * (top - bottom));
    const label = padStart(labelled ? formatUs(us, 2) : '', LABEL_WIDTH - 1);
    return `${style.quiet(`${label} ${labelled ? tick : bar}`)}${row.join('')}`.trimEnd();
  });
  const legend = drawn.map(
    ({ name }, i) =>
      `${paintOf(i, style)(marks[i % marks.length] ?? '')} ${style.quiet(style.outside(name, MAX_NAME))}`,
  );
  return [
    style.quiet('response time by percentile, all runs together'),
    ...lines,
    style.quiet(`${' '.repeat(LABEL_WIDTH)}${corner}${dash?.repeat(columns)}`),
    style.quiet(percentileLabels(nines, columns)),
    `${' '.repeat(LABEL_WIDTH + 1)}${legend.join('   ')}`,
  ];
}

/** On the line between the two points around a place; null beyond the last of them. */
function valueAt(
  points: readonly CurvePoint[],
  nines: number,
  ninesOf: (quantile: number) => number,
): number | null {
  const after = points.findIndex(({ quantile }) => ninesOf(quantile) >= nines - 1e-9);
  const right = points[after];
  if (right === undefined) return null;
  const left = points[after - 1] ?? right;
  const [from, to] = [ninesOf(left.quantile), ninesOf(right.quantile)];
  const share = to === from ? 1 : (nines - from) / (to - from);
  return left.us <= 0 ? right.us : left.us * (right.us / left.us) ** share;
}

function paintOf(i: number, style: Style): (text: string) => string {
  return i === 0 ? style.quiet : style.drawing;
}

/** `p0  p50  p90  p99  p99.9`, each starting below its place. */
function percentileLabels(nines: number, columns: number): string {
  const places = [0, Math.log10(2), ...Array.from({ length: Math.floor(nines + 1e-9) }, (_, i) => i + 1)];
  let line = ' '.repeat(LABEL_WIDTH + 1);
  for (const place of places) {
    if (place > nines) continue;
    const at = LABEL_WIDTH + 1 + Math.round((place / nines) * (columns - 1));
    const label = `p${Number((100 * (1 - 10 ** -place)).toPrecision(12))}`;
    const start = Math.min(at, LABEL_WIDTH + 1 + columns - label.length);
    if (start < line.trimEnd().length + 1 && place > 0) continue;
    line = line.padEnd(start) + label;
  }
  return line;
}
