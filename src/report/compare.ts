import {
  type Centre,
  type ComparedResult,
  type Comparison,
  formatPercent,
  formatRateExact,
  formatUs,
  type MetricComparison,
  type MetricUnit,
  NO_DATA,
} from '../core/index.js';
import { type Curve, renderCurves } from './compare-plot.js';
import { type Column, cut, flow, labelled, table, textWidth, wrap } from './layout.js';
import { createStyle, foldToAscii, type Style, type TerminalOptions } from './style.js';

const MAX_NAME = 40;
const MOST_DIFFERENCES = 12;
const MOST_WARNINGS = 12;
const MOST_NAMES = 8;
const LABEL_WIDTH = 11;

/** A comparison for a person at a terminal: the verdict, then the figures, then what to make of them. */
export function renderComparison(
  comparison: Comparison,
  curves: readonly Curve[],
  options: TerminalOptions,
): string {
  const style = createStyle(options);
  const paragraphs = [
    headline(comparison, style),
    ...comparison.results.map((result) => resultLines(comparison, result, style)),
    renderCurves(curves, style),
    differenceLines(comparison, style),
    warningLines(comparison, style),
  ];
  const text = paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => cut(line, style.width)).join('\n'))
    .join('\n\n');
  return `${style.unicode ? text : foldToAscii(text)}\n`;
}

function headline(comparison: Comparison, style: Style): string[] {
  const invalid = [comparison.base, ...comparison.results].filter(({ validity }) => !validity.valid);
  return [...invalid.flatMap((result) => invalidLines(result, style)), ...verdict(comparison, style)];
}

function invalidLines({ name, validity }: ComparedResult, style: Style): string[] {
  const text = `${style.outside(name, MAX_NAME)}: do not judge by these figures`;
  return [
    `${style.warnBadge('! INVALID')}  ${style.strong(text)}`,
    ...validity.reasons.flatMap((reason) =>
      labelled('', wrap(style.outside(reason, 400), style.width - LABEL_WIDTH), LABEL_WIDTH),
    ),
  ];
}

/** What is proven, a line for each result that something is proven of. */
function verdict(comparison: Comparison, style: Style): string[] {
  const { metrics, regression, results, minChange } = comparison;
  const found = results.flatMap(({ name }) => {
    const of = (verdict: MetricComparison['verdict']) => {
      const names = metrics.filter((metric) => metric.result === name && metric.verdict === verdict);
      const label = regression ? `${verdict}: ` : '';
      return names.length === 0 ? [] : [`${label}${namesOf(names, style)}`];
    };
    const proven = [...of('worse'), ...of('better')].join('; ');
    if (proven === '') return [];
    return [results.length === 1 ? proven : `${style.outside(name, MAX_NAME)}  ${proven}`];
  });
  const head = regression ? style.badBadge('✗ REGRESSION') : style.goodBadge('✓ BETTER');
  if (found.length > 0) return labelled(head, found, textWidth(head) + 2);
  const why = metrics.some((metric) => isSmall(metric, comparison))
    ? `no change of ${formatPercent(minChange)} or more`
    : 'no difference, or too few runs to tell';
  return [`${style.strong('~ NOTHING PROVEN')}  ${why}`];
}

/** Whether a change is proven, and less than what is called one. */
function isSmall({ p, verdict }: MetricComparison, { alpha, minChange }: Comparison): boolean {
  return minChange > 0 && verdict === '~' && p !== null && p <= alpha;
}

function namesOf(metrics: readonly MetricComparison[], style: Style): string {
  const names = metrics.slice(0, MOST_NAMES).map(({ name }) => style.outside(name));
  const more = metrics.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function resultLines(comparison: Comparison, result: ComparedResult, style: Style): string[] {
  const { base, alpha, metrics } = comparison;
  const own = metrics.filter((metric) => metric.result === result.name);
  const tested = own.filter(({ p }) => p !== null).length;
  const runs = (count: number) => `${count} ${count === 1 ? 'run' : 'runs'}`;
  const about = flow(
    [
      `${runs(base.runs)} of ${style.outside(base.name, MAX_NAME)} against ${runs(result.runs)} of ${style.outside(result.name, MAX_NAME)}`,
      `${formatPercent(1 - alpha)} confidence${tested > 1 ? ` over ${tested} metrics` : ''}`,
    ],
    style.width,
  );
  const rows = table(columnsOf(own, comparison, style), style.width);
  const has = (title: string) => rows[0]?.includes(title) ?? false;
  return [...about.map(style.quiet), ...rows, ...legend(own, comparison, has, style)];
}

function columnsOf(metrics: readonly MetricComparison[], comparison: Comparison, style: Style): Column[] {
  const column = (
    title: string,
    rank: number,
    cell: (metric: MetricComparison) => string,
    align: Column['align'] = 'right',
  ): Column => ({ title: style.quiet(title), rank, align, cells: metrics.map(cell) });
  return [
    column('', 0, ({ name }) => style.outside(name), 'left'),
    column('base', 0, ({ unit, base }) => formatFigure(base.median, unit)),
    column('spread', 4, ({ base }) => style.quiet(formatSpread(base))),
    column('new', 0, ({ unit, new: other }) => formatFigure(other.median, unit)),
    column('spread', 4, ({ new: other }) => style.quiet(formatSpread(other))),
    column('change', 0, (metric) => paintOf(metric, style)(changeText(metric))),
    column('between', 2, ({ changeInterval: interval }) =>
      style.quiet(
        interval === null ? NO_DATA : `${formatChange(interval.low)} and ${formatChange(interval.high)}`,
      ),
    ),
    column('delta', 5, ({ superiority }) => style.quiet(formatDelta(superiority))),
    column('p', 3, ({ p }) => formatP(p)),
    column('', 0, (metric) => verdictText(metric, comparison, style), 'left'),
  ];
}

/** Cliff's delta: how much oftener a new run lies above a base run than below. */
function formatDelta(superiority: number | null): string {
  if (superiority === null) return NO_DATA;
  const delta = 2 * superiority - 1;
  return delta === 0 ? '0' : `${delta > 0 ? '+' : '-'}${Math.abs(delta).toFixed(2)}`;
}

function verdictText(metric: MetricComparison, comparison: Comparison, style: Style): string {
  const { verdict, repeatsNeeded } = metric;
  if (isSmall(metric, comparison)) return `~ ${style.quiet('small')}`;
  if (verdict === 'better') return style.good('✓ better');
  if (verdict === 'worse') return style.bad('✗ worse');
  return repeatsNeeded === null ? '~' : `~ ${style.quiet(`${repeatsNeeded} runs`)}`;
}

function paintOf({ verdict }: MetricComparison, style: Style): (text: string) => string {
  return verdict === 'better' ? style.good : verdict === 'worse' ? style.bad : (text) => text;
}

/** A change without a ratio, from nothing, is told in the metric's unit. */
function changeText({ change, shift, unit }: MetricComparison): string {
  if (change !== null) return formatChange(change);
  if (shift === null) return NO_DATA;
  if (shift === 0) return '0 %';
  return `${shift > 0 ? '+' : '-'}${formatFigure(Math.abs(shift), unit)}`;
}

function legend(
  metrics: readonly MetricComparison[],
  comparison: Comparison,
  has: (title: string) => boolean,
  style: Style,
): string[] {
  const centres = metrics.flatMap(({ base, new: other }) => [base, other]);
  const least = Math.min(...centres.map(({ confidence }) => confidence ?? 1));
  const needed = metrics.some(({ repeatsNeeded }) => repeatsNeeded !== null);
  const notes = [
    ...(has('spread') && least < 1
      ? [`spread: half the range of the median at ${formatPercent(least, 3)}`]
      : []),
    ...(has('delta') ? ['delta: Cliff’s, from -1 to 1'] : []),
    '~ not proven',
    ...(metrics.some((metric) => isSmall(metric, comparison))
      ? [`~ small: proven, and less than ${formatPercent(comparison.minChange)}`]
      : []),
    ...(needed ? ['~ 9 runs: so many of each would prove it'] : []),
  ];
  return flow(notes, style.width).map(style.quiet);
}

function differenceLines({ differences, results }: Comparison, style: Style): string[] {
  if (differences.length === 0) return [];
  const shown = differences.slice(0, MOST_DIFFERENCES);
  const more = differences.length - shown.length;
  const lines = shown.map(({ path, base, new: other, result }) => {
    const of = results.length === 1 ? '' : ` (${style.outside(result, MAX_NAME)})`;
    const name = style.outside(path, 40);
    const room = Math.max(8, Math.floor((style.width - name.length - of.length - 7) / 2));
    const value = (json: string | null) => (json === null ? NO_DATA : style.outside(json, room));
    return `  ${name}: ${value(base)} → ${value(other)}${of}`;
  });
  return [
    style.warn('not measured alike'),
    ...lines,
    ...(more > 0 ? [style.quiet(`  and ${more} more, see --out`)] : []),
  ];
}

function warningLines({ warnings }: Comparison, style: Style): string[] {
  return warnings
    .slice(0, MOST_WARNINGS)
    .flatMap((warning) => labelled(style.warn('!'), wrap(style.outside(warning, 400), style.width - 2), 2));
}

/** A figure in the unit of its metric. */
export function formatFigure(value: number | null, unit: MetricUnit): string {
  if (value === null) return NO_DATA;
  if (unit === 'us') return formatUs(value).replace(/ s$/, ' s ');
  return unit === 'share' ? formatPercent(value) : formatRateExact(value);
}

/** `+12.3 %`, `-0.4 %`; a factor where it is more than ten. */
export function formatChange(change: number): string {
  if (change >= 9) return `× ${(1 + change).toPrecision(3)}`;
  const percent = 100 * change;
  const digits = Math.abs(percent) >= 9.95 ? 0 : 1;
  const text = percent.toFixed(digits);
  if (Number(text) === 0) return '0 %';
  return `${percent > 0 ? '+' : ''}${text} %`;
}

/** Half the range in which the median lies, as a share of it. */
export function formatSpread({ median, low, high }: Centre): string {
  if (median === null || low === null || high === null) return NO_DATA;
  if (high === low) return '0 %';
  return median === 0 ? NO_DATA : formatPercent((high - low) / 2 / median, 2);
}

export function formatP(p: number | null): string {
  if (p === null) return NO_DATA;
  if (p < 0.0001) return '<0.0001';
  return p > 0.995 ? '1' : p.toFixed(p < 0.001 ? 4 : p < 0.0995 ? 3 : 2);
}
