import { padStart } from '../../report/layout.js';
import type { Style } from '../../report/style.js';

/** A falling curve over ranks from 1: shares in (0, 1], 0 where there is no point. */
export interface Curve {
  readonly at: (rank: number) => number;
  /** The last rank that it has. */
  readonly end: number;
  readonly mark: string;
  readonly paint: (text: string) => string;
}

/** About so many: a decade takes whole rows. */
const ROWS = 12;
const MAX_COLUMNS = 64;
const LABEL = 11;
/** Shares so far below the largest are not drawn: a plot of twenty decades shows nothing. */
const MOST_DECADES = 9;

/**
 * Shares by rank, both logarithmic: a zipf distribution is a straight line, of the slope −α. Of two curves at one
 * place the first is on top.
 */
export function plotRanks(curves: readonly Curve[], style: Style): string[] {
  const columns = Math.min(MAX_COLUMNS, style.width - LABEL - 2);
  const xDecades = Math.max(1, Math.ceil(Math.log10(Math.max(...curves.map(({ end }) => end)))));
  const rankAt = (column: number) => 10 ** ((column / (columns - 1)) * xDecades);
  const points = curves.map((curve) =>
    Array.from({ length: columns }, (_, column) => {
      const rank = Math.round(rankAt(column));
      return rank <= curve.end ? Math.log10(curve.at(rank)) : Number.NaN;
    }),
  );
  const known = points.flat().filter(Number.isFinite);
  const top = Math.ceil(Math.max(...known) - 1e-9);
  const bottom = Math.min(top - 1, Math.max(top - MOST_DECADES, Math.floor(Math.min(...known) + 1e-9)));
  const rowsADecade = Math.max(1, Math.round(ROWS / (top - bottom)));
  const rows = rowsADecade * (top - bottom);
  const rowOf = (log: number) => Math.round((top - log) * rowsADecade);

  const labelOf = (row: number) =>
    row % rowsADecade === 0 ? shareLabel(top - row / rowsADecade) : undefined;
  const [corner, bar, tick, dash] = style.unicode ? ['└', '│', '┤', '─'] : ['+', '|', '+', '-'];
  const lines = Array.from({ length: rows + 1 }, (_, row) => {
    const label = labelOf(row);
    const axis = padStart(label ?? '', LABEL - 2) + (label === undefined ? ` ${bar}` : ` ${tick}`);
    const cells = Array.from({ length: columns }, (_, column) => {
      const on = curves.find((_, i) => rowOf(points[i]?.[column] ?? Number.NaN) === row);
      return on === undefined ? ' ' : on.paint(on.mark);
    });
    return `${style.quiet(axis)}${cells.join('')}`.trimEnd();
  });
  const axis = `${' '.repeat(LABEL - 1)}${corner}${(dash as string).repeat(columns)}`;
  return [...lines, style.quiet(axis), style.quiet(rankLabels(xDecades, columns))];
}

/** `10 %`, `0.01 %`, and below that as a power. */
function shareLabel(decade: number): string {
  return decade >= -6
    ? `${Number((100 * 10 ** decade).toPrecision(3)).toFixed(Math.max(0, -2 - decade))} %`
    : `1e${decade}`;
}

/** `1   10   100   1k`, each starting below its rank; some left out where they would touch. */
function rankLabels(decades: number, columns: number): string {
  let line = ' '.repeat(LABEL);
  for (let decade = 0; decade <= decades; decade++) {
    const at = LABEL + Math.round((decade / decades) * (columns - 1));
    const label = rankLabel(decade);
    const start = Math.min(at, LABEL + columns - label.length);
    if (start < line.trimEnd().length + 1 && decade > 0) continue;
    line = line.padEnd(start) + label;
  }
  return line;
}

function rankLabel(decade: number): string {
  const unit = ['', 'k', 'M', 'G', 'T', 'P'][Math.floor(decade / 3)] ?? '';
  return `${10 ** (decade % 3)}${unit}`;
}
