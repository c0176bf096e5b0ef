import type { Centre, Interval, MetricComparison, Verdict } from '../core/index.js';
import { holm } from '../statistics/holm.js';
import { median, medianInterval } from '../statistics/order.js';
import { type Pair, rankSumP } from '../statistics/rank-sum.js';
import { repeatsNeeded } from '../statistics/repeats.js';
import { ratioInterval, ratioOf, shiftOf, superiorityOf } from '../statistics/shift.js';
import type { Metric, RunFigures } from './metrics.js';

/** A metric and the runs of two results that have it. */
export interface Question {
  readonly metric: Metric;
  readonly operation: string | null;
  readonly pair: Pair;
}

export interface Thresholds {
  readonly alpha: number;
  readonly minChange: number;
}

/** @param base, other the runs of two results */
export function questionOf(
  metric: Metric,
  operation: string | null,
  base: readonly RunFigures[],
  other: readonly RunFigures[],
): Question {
  const valuesOf = (runs: readonly RunFigures[]) => runs.map(metric.of).filter((value) => value !== null);
  return { metric, operation, pair: { base: valuesOf(base), other: valuesOf(other) } };
}

/**
 * Answers questions that are asked together: p-values are adjusted for their number.
 *
 * A metric of which all runs of both sides have the same value (no errors anywhere) could not be proven to differ
 * whatever the runs, so it is not one of them.
 * Source: Tarone, Biometrics 46 (1990), for leaving out tests that cannot reject.
 */
export function answer(
  questions: readonly Question[],
  { alpha, minChange }: Thresholds,
): Omit<MetricComparison, 'result'>[] {
  const asked = questions.filter(({ pair }) => canDiffer(pair));
  const ps = asked.map(({ pair }) => rankSumP([pair]));
  const adjusted = holm(ps);
  return questions.map((question) => {
    const { metric, operation, pair } = question;
    const at = asked.indexOf(question);
    const effect = effectOf(pair, 1 - alpha);
    const p = at < 0 ? null : (adjusted[at] as number);
    const verdict = verdictOf(metric, effect, p !== null && p <= alpha, minChange);
    const open = p !== null && p > alpha;
    return {
      name: operation === null ? metric.name : `${operation}.${metric.name}`,
      operation,
      unit: metric.unit,
      better: metric.better,
      base: centreOf(pair.base, 1 - alpha),
      new: centreOf(pair.other, 1 - alpha),
      ...effect,
      pUnadjusted: ps[at] ?? null,
      p,
      verdict,
      repeatsNeeded: open ? repeatsNeeded(pair, alpha / asked.length) : null,
    };
  });
}

/** How many of the questions could be answered with other than `~`, given enough runs. */
export function countAsked(questions: readonly Question[]): number {
  return questions.filter(({ pair }) => canDiffer(pair)).length;
}

export function centreOf(values: readonly number[], confidence: number): Centre {
  if (values.length === 0) return { median: null, low: null, high: null, confidence: null, n: 0 };
  const interval = medianInterval(values, confidence);
  return {
    median: median(values),
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    confidence: interval?.confidence ?? null,
    n: values.length,
  };
}

function canDiffer({ base, other }: Pair): boolean {
  if (base.length === 0 || other.length === 0) return false;
  return [...base, ...other].some((value) => value !== base[0]);
}

interface Effect {
  readonly change: number | null;
  readonly changeInterval: Interval | null;
  readonly shift: number | null;
  readonly superiority: number | null;
}

function effectOf(pair: Pair, confidence: number): Effect {
  if (pair.base.length === 0 || pair.other.length === 0) {
    return { change: null, changeInterval: null, shift: null, superiority: null };
  }
  const ratio = ratioOf([pair]);
  const interval = pair.base.length + pair.other.length > 2 ? ratioInterval(pair, confidence) : null;
  return {
    change: ratio === null ? null : ratio - 1,
    changeInterval: interval && { ...interval, low: interval.low - 1, high: interval.high - 1 },
    shift: shiftOf([pair]),
    superiority: superiorityOf(pair),
  };
}

function verdictOf(metric: Metric, effect: Effect, proven: boolean, minChange: number): Verdict {
  const { change, superiority } = effect;
  if (!proven || superiority === null || superiority === 0.5) return '~';
  // Where there is no ratio, the base has zeros: whatever differs from them is no small change.
  if (change !== null && Math.abs(change) < minChange) return '~';
  const rises = superiority > 0.5;
  return rises === (metric.better === 'higher') ? 'better' : 'worse';
}
