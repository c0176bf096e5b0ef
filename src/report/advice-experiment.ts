import {
  type ArmComparison,
  type Experiment,
  type ExperimentArm,
  formatFactor,
  formatPercent,
  formatRate,
  formatUs,
  NO_DATA,
} from '../core/index.js';
import { cut, padEnd, padStart, textWidth, wrap } from './layout.js';
import type { Style } from './style.js';

const MOST_ARMS = 64;
const MOST_NAME = 48;
const MOST_TEXT = 900;

/** Arms in a table: the middle of their runs, what they are against the first one, and what came of it. */
export function experimentLines(experiment: Experiment, style: Style): string[] {
  const { name, arms, comparisons, metric, verdict, conclusion } = experiment;
  const others = metric !== 'qps' && metric !== 'p99';
  const head = ['', 'runs', 'qps', 'p99', ...(others ? [metric] : []), `${metric} ×`, '95 %', 'p', ''];
  const rows = arms.slice(0, MOST_ARMS).map((arm, i) => {
    const found = comparisons.find((each) => each.arm === arm.name && each.metric === metric);
    return [
      style.outside(arm.name, MOST_NAME),
      String(arm.qps.length),
      formatRate(middle(arm.qps)),
      formatUs(middle(arm.p99Us)),
      ...(others ? [figureText(metric, middle(arm.values))] : []),
      ...(i === 0 ? ['1', '', ''] : effectCells(found)),
    ].concat(wordOf(arm, found, verdict));
  });
  const widths = head.map((title, i) =>
    Math.max(...[head, ...rows].map((row) => textWidth(row[i] ?? title))),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) =>
        i === 0 || i === row.length - 1 ? padEnd(cell, widths[i] ?? 0) : padStart(cell, widths[i] ?? 0),
      )
      .join('  ');
  return [
    style.strong(cut(style.outside(`Experiment: ${name}`, 80), style.width)),
    style.quiet(cut(`   ${line(head)}`.trimEnd(), style.width)),
    ...rows.map((row) => cut(`   ${line(row)}`.trimEnd(), style.width)),
    ...wrap(style.outside(conclusion, MOST_TEXT), style.width - 3).map((text) => `   ${text}`),
  ];
}

function effectCells(found: ArmComparison | undefined): string[] {
  if (found === undefined) return ['', '', ''];
  const { ratio, low, high, p } = found;
  return [
    formatFactor(ratio),
    low === null || high === null ? NO_DATA : `${formatFactor(low)}–${formatFactor(high)}`,
    p === null ? NO_DATA : p < 0.001 ? '< 0.001' : p.toFixed(3),
  ];
}

function wordOf(
  { name, left, met, qps }: ExperimentArm,
  found: ArmComparison | undefined,
  verdict: string,
): string {
  if (name === verdict) return 'best';
  if (left !== null) return 'given up';
  if (met !== null && 2 * met <= qps.length) return 'misses';
  return found?.verdict ?? '';
}

function figureText(metric: string, value: number | null): string {
  return metric === 'errors' ? formatPercent(value ?? 0) : formatUs(value);
}

function middle(values: readonly (number | null)[]): number | null {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? upper) + upper) / 2;
}
