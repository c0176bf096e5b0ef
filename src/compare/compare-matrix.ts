import type { AxisEffect, CellFigure, Verdict } from '../core/index.js';
import { holm } from '../statistics/holm.js';
import { type Pair, rankSumP } from '../statistics/rank-sum.js';
import { fewestRepeats } from '../statistics/repeats.js';
import { ratioOf, superiorityOf } from '../statistics/shift.js';
import { answer, centreOf, countAsked, type Question, questionOf } from './compare-metric.js';
import { findMetrics, type Metric, type RunFigures } from './metrics.js';

/** The runs of a combination of values. */
export interface MatrixRuns {
  /** The value of each axis, as an index. */
  readonly at: readonly number[];
  readonly runs: readonly RunFigures[];
}

export interface MatrixAxis {
  readonly name: string;
  readonly labels: readonly string[];
}

export interface MatrixComparison {
  /** By cell. */
  readonly figures: readonly (readonly CellFigure[])[];
  readonly effects: readonly AxisEffect[];
  readonly warnings: readonly string[];
}

const ALPHA = 0.05;
/** Few, as all cells and metrics of a table share one chance of a false alarm. */
const compared = findMetrics(['qps', 'p99', 'errors']);
const shown = findMetrics(['qps', 'p50', 'p90', 'p99', 'p99.9', 'errors']);

/** The middle of every cell, what is proven to differ from the baseline's, and what each axis does. */
export function compareMatrix(
  axes: readonly MatrixAxis[],
  cells: readonly MatrixRuns[],
  baseline: number,
): MatrixComparison {
  const base = cells[baseline];
  const others = cells.filter((cell) => cell !== base);
  const questions = others.flatMap(({ runs }) =>
    compared.map((metric) => questionOf(metric, null, base?.runs ?? [], runs)),
  );
  const answers = answer(questions, { alpha: ALPHA, minChange: 0 });
  /** Of the baseline, and of metrics that are not compared, there is none. */
  const answerOf = (cell: MatrixRuns, { name }: Metric) => {
    const [row, column] = [others.indexOf(cell), compared.findIndex((metric) => metric.name === name)];
    return row < 0 || column < 0 ? undefined : answers[row * compared.length + column];
  };
  return {
    figures: cells.map((cell) => shown.map((metric) => figureOf(cell, metric, answerOf(cell, metric)))),
    effects: effectsOf(axes, cells, base),
    warnings: warningsOf(cells, questions),
  };
}

function figureOf(
  { runs }: MatrixRuns,
  metric: Metric,
  found: ReturnType<typeof answer>[number] | undefined,
): CellFigure {
  const { pair } = questionOf(metric, null, runs, []);
  return {
    metric: metric.name,
    unit: metric.unit,
    ...centreOf(pair.base, 1 - ALPHA),
    change: found?.change ?? null,
    changeInterval: found?.changeInterval ?? null,
    p: found?.p ?? null,
    verdict: found?.verdict ?? '~',
  };
}

/**
 * Each value of an axis against the baseline's, within every combination of the others: what these do themselves
 * cancels, and their runs add up, so that few repeats prove what no cell could alone.
 */
function effectsOf(
  axes: readonly MatrixAxis[],
  cells: readonly MatrixRuns[],
  base: MatrixRuns | undefined,
): AxisEffect[] {
  const contrasts = axes.flatMap((axis, i) =>
    axis.labels.flatMap((to, level) => {
      const from = base?.at[i] ?? 0;
      if (level === from) return [];
      return compared.map((metric) => ({
        axis: axis.name,
        from: axis.labels[from] ?? '',
        to,
        metric,
        pairs: pairsOf(cells, i, from, level, metric),
      }));
    }),
  );
  const tested = contrasts.filter(({ pairs }) => pairs.some(canDiffer));
  const adjusted = holm(tested.map(({ pairs }) => rankSumP(pairs)));
  return contrasts.map((contrast) => {
    const { metric, pairs, ...rest } = contrast;
    const p = adjusted[tested.indexOf(contrast)] ?? null;
    const ratio = pairs.length === 0 ? null : ratioOf(pairs);
    return {
      ...rest,
      metric: metric.name,
      change: ratio === null ? null : ratio - 1,
      p,
      verdict: p !== null && p <= ALPHA ? verdictOf(metric, pairs) : '~',
      pairs: pairs.length,
    };
  });
}

/** Runs of cells that differ in one axis alone. */
function pairsOf(
  cells: readonly MatrixRuns[],
  axis: number,
  from: number,
  to: number,
  metric: Metric,
): Pair[] {
  return cells.flatMap((cell) => {
    if (cell.at[axis] !== from) return [];
    const other = cells.find(({ at }) => at.every((level, i) => level === (i === axis ? to : cell.at[i])));
    const { pair } = questionOf(metric, null, cell.runs, other?.runs ?? []);
    return pair.base.length > 0 && pair.other.length > 0 ? [pair] : [];
  });
}

function verdictOf(metric: Metric, pairs: readonly Pair[]): Verdict {
  const all = pairs.reduce((sum, { base, other }) => sum + base.length * other.length, 0);
  const above = pairs.reduce(
    (sum, pair) => sum + superiorityOf(pair) * pair.base.length * pair.other.length,
    0,
  );
  return above > all / 2 === (metric.better === 'higher') ? 'better' : 'worse';
}

function canDiffer({ base, other }: Pair): boolean {
  return [...base, ...other].some((value) => value !== base[0]);
}

function warningsOf(cells: readonly MatrixRuns[], questions: readonly Question[]): string[] {
  const asked = countAsked(questions);
  if (asked === 0) return [];
  const needed = fewestRepeats(ALPHA / asked);
  const least = Math.min(...cells.map(({ runs }) => runs.length));
  if (least >= needed) return [];
  return [
    `${least} ${least === 1 ? 'run' : 'runs'} of a cell can prove nothing about a cell by itself, among ${asked} comparisons; --repeat ${needed} can. Effects of axes add up over cells`,
  ];
}
