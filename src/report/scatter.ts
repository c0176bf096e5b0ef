import { padStart } from './layout.js';
import type { Style } from './style.js';

/** A series of marks. Where two fall on one place, that of the later series is seen. */
export interface Series {
  readonly name: string;
  /** One character. */
  readonly mark: string;
  readonly paint: (text: string) => string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Axis {
  readonly scale: 'linear' | 'log';
  readonly format: (value: number) => string;
  /** Whether a linear axis begins at 0. */
  readonly fromZero?: boolean;
}

const ROWS = 10;
const LABEL_EVERY = 3;
const LABEL_WIDTH = 10;
const MOST_COLUMNS = 64;
const LABELS = 5;

/** Points on two axes, as lines; none where there is nothing to draw. What is not above 0 has no place on a log axis. */
export function renderScatter(series: readonly Series[], x: Axis, y: Axis, style: Style): string[] {
  const isDrawn = ([px, py]: readonly [number, number]) =>
    Number.isFinite(px) &&
    Number.isFinite(py) &&
    (x.scale === 'linear' || px > 0) &&
    (y.scale === 'linear' || py > 0);
  const drawn = series.map((each) => ({ ...each, points: each.points.filter(isDrawn) }));
  const all = drawn.flatMap(({ points }) => points);
  if (all.length < 2) return [];
  const columns = Math.min(MOST_COLUMNS, style.width - LABEL_WIDTH - 2);
  const xs = rangeOf(
    all.map(([value]) => value),
    x,
  );
  const ys = rangeOf(
    all.map(([, value]) => value),
    y,
  );
  const cells = Array.from({ length: ROWS }, () => new Array<string>(columns).fill(' '));
  for (const { points, mark, paint } of drawn) {
    for (const [px, py] of points) {
      const row = cells[ROWS - 1 - xy(py, y, ys, ROWS)];
      if (row !== undefined) row[xy(px, x, xs, columns)] = paint(mark);
    }
  }
  const [corner, bar, tick, dash] = style.unicode ? ['└', '│', '┤', '─'] : ['+', '|', '+', '-'];
  const lines = cells.map((row, i) => {
    const labelled = (ROWS - 1 - i) % LABEL_EVERY === 0;
    const label = labelled ? y.format(valueAt((ROWS - 1 - i) / (ROWS - 1), y, ys)) : '';
    return `${style.quiet(`${padStart(label, LABEL_WIDTH - 1)} ${labelled ? tick : bar}`)}${row.join('')}`.trimEnd();
  });
  const legend = drawn
    .filter(({ points }) => points.length > 0)
    .map(({ mark, name, paint }) => `${paint(mark)} ${style.quiet(name)}`);
  return [
    ...lines,
    style.quiet(`${' '.repeat(LABEL_WIDTH)}${corner}${dash?.repeat(columns)}`),
    style.quiet(axisLabels(x, xs, columns)),
    `${' '.repeat(LABEL_WIDTH + 1)}${legend.join('   ')}`,
  ];
}

type Range = readonly [least: number, most: number];

/** As the axis counts: logarithms on a log axis. */
function rangeOf(values: readonly number[], axis: Axis): Range {
  const counted = values.map((value) => (axis.scale === 'log' ? Math.log(value) : value));
  const least = axis.scale === 'linear' && axis.fromZero === true ? 0 : Math.min(...counted);
  const most = Math.max(...counted);
  return most > least ? [least, most] : [least, least + 1];
}

function xy(value: number, axis: Axis, [least, most]: Range, places: number): number {
  const counted = axis.scale === 'log' ? Math.log(value) : value;
  return Math.round(((counted - least) / (most - least)) * (places - 1));
}

function valueAt(share: number, axis: Axis, [least, most]: Range): number {
  const counted = least + share * (most - least);
  return axis.scale === 'log' ? Math.exp(counted) : counted;
}

function axisLabels(axis: Axis, range: Range, columns: number): string {
  let line = ' '.repeat(LABEL_WIDTH + 1);
  for (let i = 0; i < LABELS; i++) {
    const share = i / (LABELS - 1);
    const label = axis.format(valueAt(share, axis, range));
    const at = LABEL_WIDTH + 1 + Math.round(share * (columns - 1));
    const start = Math.min(at, LABEL_WIDTH + 1 + columns - label.length);
    if (i > 0 && start < line.trimEnd().length + 1) continue;
    line = line.padEnd(start) + label;
  }
  return line;
}
