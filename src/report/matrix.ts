import {
  type CellFigure,
  type CellResult,
  formatCount,
  formatPercent,
  type MatrixResult,
  NO_DATA,
  type Verdict,
} from '../core/index.js';
import { formatChange, formatFigure, formatP, formatSpread } from './compare.js';
import { type Column, cut, flow, labelled, table, wrap } from './layout.js';
import { createStyle, foldToAscii, type Style, type TerminalOptions } from './style.js';

const MAX_LABEL = 24;
const MOST_REASONS = 4;

/** A matrix for a person at a terminal: what each axis does, then every cell. */
export function renderMatrix(result: MatrixResult, options: TerminalOptions): string {
  const style = createStyle(options);
  const paragraphs = [
    headline(result, style),
    effectLines(result, style),
    cellLines(result, style),
    invalidLines(result, style),
    result.warnings.flatMap((warning) => labelled(style.warn('!'), wrap(warning, style.width - 2), 2)),
  ];
  const text = paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => cut(line, style.width)).join('\n'))
    .join('\n\n');
  return `${style.unicode ? text : foldToAscii(text)}\n`;
}

function headline(result: MatrixResult, style: Style): string[] {
  const { cells, repeat, interrupted } = result;
  const runs = cells.flatMap((cell) => cell.runs);
  const invalid = runs.filter(({ validity }) => !validity.valid).length;
  const gated = runs.filter(({ gates }) => gates.length > 0);
  const failed = gated.filter(({ verdict }) => verdict === 'fail').length;
  const badge =
    gated.length === 0 || invalid === gated.length
      ? null
      : failed === 0
        ? style.goodBadge('✓ PASS')
        : style.badBadge('✗ FAIL');
  return [
    ...(interrupted
      ? [
          `${style.warn(style.strong('! INTERRUPTED'))}  after ${runs.length} of ${cells.length * repeat} runs`,
        ]
      : []),
    ...(invalid > 0
      ? [`${style.warnBadge('! INVALID')}  ${invalid} of ${runs.length} runs: do not judge by these figures`]
      : []),
    ...(badge === null
      ? []
      : [`${badge}  gates hold in ${gated.length - failed - gatedInvalid(gated)} of ${gated.length} runs`]),
    ...flow(
      [
        style.strong(style.outside(result.name)),
        `${formatCount(cells.length)} cells`,
        `${repeat} ${repeat === 1 ? 'run' : 'runs'} each, in turns`,
        `baseline ${labelOf(cells[result.baseline], result, style)}`,
      ],
      style.width,
    ),
  ];
}

function gatedInvalid(runs: readonly CellResult['runs'][number][]): number {
  return runs.filter(({ verdict }) => verdict === 'invalid').length;
}

function labelOf(cell: CellResult | undefined, { axes }: MatrixResult, style: Style): string {
  return axes.map(({ name }) => `${name}=${style.outside(cell?.values[name] ?? '', MAX_LABEL)}`).join(' ');
}

/** A line for each value of an axis: its change in each metric that is compared. */
function effectLines({ effects }: MatrixResult, style: Style): string[] {
  const metrics = [...new Set(effects.map(({ metric }) => metric))].filter((metric) =>
    effects.some((effect) => effect.metric === metric && effect.p !== null),
  );
  const lines = effects.filter(({ metric }) => metric === effects[0]?.metric);
  if (metrics.length === 0) return [];
  const columns: Column[] = [
    left(
      'axis',
      lines.map(({ axis }) => style.outside(axis, MAX_LABEL)),
      style,
    ),
    left(
      'value',
      lines.map(({ from, to }) => `${style.outside(from, MAX_LABEL)} → ${style.outside(to, MAX_LABEL)}`),
      style,
    ),
    ...metrics.flatMap((metric): Column[] => {
      const found = lines.map(({ axis, to }) =>
        effects.find((effect) => effect.metric === metric && effect.axis === axis && effect.to === to),
      );
      return [
        right(
          metric,
          found.map((effect) => changeCell(effect?.change ?? null, effect?.verdict ?? '~', style)),
          0,
          style,
        ),
        right(
          'p',
          found.map((effect) => style.quiet(formatP(effect?.p ?? null))),
          2,
          style,
        ),
      ];
    }),
  ];
  return [
    style.quiet('what an axis changes, over all settings of the others; ~ not proven'),
    ...table(columns, style.width),
  ];
}

function cellLines(result: MatrixResult, style: Style): string[] {
  const { axes, cells, baseline } = result;
  const figure = (cell: CellResult, metric: string) => cell.figures.find((each) => each.metric === metric);
  const metric = (name: string, rank: number): Column[] => {
    const found = cells.map((cell) => figure(cell, name));
    return [
      right(
        name,
        found.map((each) => (each === undefined ? NO_DATA : formatFigure(each.median, each.unit))),
        rank,
        style,
      ),
      right(
        'spread',
        found.map((each) => style.quiet(each === undefined ? NO_DATA : formatSpread(each))),
        5,
        style,
      ),
    ];
  };
  const change = (name: string): Column =>
    right(
      '',
      cells.map((cell, i) => (i === baseline ? '=' : figureChange(figure(cell, name), style))),
      3,
      style,
    );
  const columns: Column[] = [
    ...axes.map(({ name }) =>
      left(
        style.outside(name, MAX_LABEL),
        cells.map(({ values }) => style.outside(values[name] ?? '', MAX_LABEL)),
        style,
      ),
    ),
    ...metric('qps', 0),
    change('qps'),
    ...metric('p50', 6).slice(0, 1),
    ...metric('p99', 0),
    change('p99'),
    ...metric('p99.9', 7).slice(0, 1),
    right(
      'errors',
      cells.map((cell) => errorCell(figure(cell, 'errors'), style)),
      4,
      style,
    ),
    left(
      '',
      cells.map((cell) => marksOf(cell, result.repeat, style)),
      style,
    ),
  ];
  const hasSpread = table(columns, style.width)[0]?.includes('spread') ?? false;
  const notes = [
    'medians of the runs',
    '= the baseline',
    ...(hasSpread ? ['spread: half the range of the median'] : []),
  ];
  return [...table(columns, style.width), ...flow(notes, style.width).map(style.quiet)];
}

/** What is to be known of the runs of a cell. */
function marksOf({ runs }: CellResult, repeat: number, style: Style): string {
  const invalid = runs.filter(({ validity }) => !validity.valid).length;
  const failed = runs.filter(({ verdict }) => verdict === 'fail').length;
  return [
    ...(failed > 0 ? [style.bad(`✗ ${failed} failed`)] : []),
    ...(invalid > 0 ? [style.warn(`! ${invalid} invalid`)] : []),
    ...(runs.length < repeat ? [style.warn(`${runs.length} of ${repeat} runs`)] : []),
  ].join(' ');
}

function figureChange(figure: CellFigure | undefined, style: Style): string {
  return changeCell(figure?.change ?? null, figure?.verdict ?? '~', style);
}

function changeCell(change: number | null, verdict: Verdict, style: Style): string {
  const text = change === null ? NO_DATA : formatChange(change);
  if (verdict === 'better') return style.good(`${text} ✓`);
  return verdict === 'worse' ? style.bad(`${text} ✗`) : `${text} ~`;
}

function errorCell(figure: CellFigure | undefined, style: Style): string {
  const text = formatPercent(figure?.median ?? null);
  return (figure?.median ?? 0) > 0 ? style.bad(text) : text;
}

/** Each reason once, with how many runs have it. */
function invalidLines({ cells }: MatrixResult, style: Style): string[] {
  const counts = new Map<string, { readonly first: string; count: number }>();
  for (const { validity } of cells.flatMap((cell) => cell.runs)) {
    for (const reason of validity.reasons) {
      const code = reason.slice(0, Math.max(0, reason.indexOf(':')));
      const seen = counts.get(code) ?? { first: reason, count: 0 };
      seen.count++;
      counts.set(code, seen);
    }
  }
  return [...counts.values()].slice(0, MOST_REASONS).flatMap(({ first, count }) => {
    const text = `${style.outside(first, 300)} (${count} ${count === 1 ? 'run' : 'runs'} like this)`;
    return labelled(style.warn('!'), wrap(text, style.width - 2), 2);
  });
}

function left(title: string, cells: readonly string[], style: Style): Column {
  return { title: style.quiet(title), align: 'left', rank: 0, cells };
}

function right(title: string, cells: readonly string[], rank: number, style: Style): Column {
  return { title: style.quiet(title), align: 'right', rank, cells };
}
