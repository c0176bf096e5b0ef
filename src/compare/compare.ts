import type { ComparedResult, Comparison, Difference, MetricComparison } from '../core/index.js';
import { leastP } from '../statistics/rank-sum.js';
import { fewestRepeats } from '../statistics/repeats.js';
import { answer, countAsked, type Question, questionOf, type Thresholds } from './compare-metric.js';
import { differencesBetween } from './differences.js';
import { type Metric, usualMetrics } from './metrics.js';
import type { Recorded } from './read-result.js';

export interface CompareOptions extends Partial<Thresholds> {
  readonly metrics?: readonly Metric[];
  /** Compare the operations that both have, too. */
  readonly operations?: boolean;
}

const ALPHA = 0.05;

/**
 * Compares results with the first of them. A sample is a run (a repeat of the measured phase), never a request:
 * requests of one run share its luck, and a million of them would prove any difference there is.
 *
 * @param others at least one
 */
export function compareResults(
  base: Recorded,
  others: readonly Recorded[],
  options: CompareOptions = {},
): Comparison {
  const { metrics = usualMetrics, operations = false, alpha = ALPHA, minChange = 0 } = options;
  const compared = others.map((other) => comparePair(base, other, { metrics, operations, alpha, minChange }));
  const [first, results] = [describe(base), others.map((other) => describeBeside(base, other))];
  const answers = compared.flatMap((each) => each.metrics);
  return {
    schema: 'zipfire.comparison/1',
    alpha,
    minChange,
    base: first,
    results,
    metrics: answers,
    differences: compared.flatMap((each) => each.differences),
    warnings: compared.flatMap((each) => each.warnings),
    valid: [first, ...results].every(({ validity }) => validity.valid),
    regression: answers.some(({ verdict }) => verdict === 'worse'),
  };
}

interface PairComparison {
  readonly metrics: readonly MetricComparison[];
  readonly differences: readonly Difference[];
  readonly warnings: readonly string[];
}

function comparePair(base: Recorded, other: Recorded, options: Required<CompareOptions>): PairComparison {
  const questions = [
    ...questionsOf(base, other, options.metrics),
    ...(options.operations ? operationQuestions(base, other, options.metrics) : []),
  ];
  const answers = answer(questions, options).map(({ name, ...rest }) => ({
    name,
    result: other.name,
    ...rest,
  }));
  return {
    metrics: answers,
    differences: differencesBetween(settingsOf(base), settingsOf(other), other.name),
    warnings: [
      ...tooFew(base, other, questions, options.alpha),
      ...missing(base, other, questions),
      ...(options.operations ? withoutOperations([base, other]) : []),
    ],
  };
}

function questionsOf(base: Recorded, other: Recorded, metrics: readonly Metric[]): Question[] {
  return metrics.map((metric) => questionOf(metric, null, base.runs, other.runs));
}

function operationQuestions(base: Recorded, other: Recorded, metrics: readonly Metric[]): Question[] {
  const runsOf = ({ runs }: Recorded, operation: string) =>
    runs.flatMap(({ operations }) => operations.get(operation) ?? []);
  const names = [...(base.runs[0]?.operations.keys() ?? [])].filter((name) =>
    other.runs.some(({ operations }) => operations.has(name)),
  );
  return names.flatMap((name) =>
    metrics.map((metric) => questionOf(metric, name, runsOf(base, name), runsOf(other, name))),
  );
}

/** What decides what was measured, and on what. */
function settingsOf({ plan, tool, protocol }: Recorded): Record<string, unknown> {
  return { plan, tool, protocol };
}

function describe({ name, startedAt, runs, validity }: Recorded): ComparedResult {
  return { name, startedAt, runs: runs.length, validity };
}

/**
 * All runs of a seed have the same arrivals. Where they are random and those of the other result are others, what differs
 * by that alone differs in every run, and would be proven.
 */
function describeBeside(base: Recorded, other: Recorded): ComparedResult {
  const described = describe(other);
  const { validity } = described;
  const [a, b] = [seedOfArrivals(base), seedOfArrivals(other)];
  if (a === null || b === null || a === b) return described;
  const reason = `other-arrivals: its arrivals are random, and those of seed ${b} are others than those of seed ${a} in every run; run both with one --seed`;
  return { ...described, validity: { valid: false, reasons: [...validity.reasons, reason] } };
}

/** Null: arrivals are not random. */
function seedOfArrivals({ plan }: Recorded): number | null {
  const { load, seed } = plan as { load?: Partial<Record<string, unknown>>; seed?: unknown };
  const random = load?.['arrivals'] === 'poisson' && typeof load['rate'] === 'number';
  return random && typeof seed === 'number' ? seed : null;
}

function tooFew(base: Recorded, other: Recorded, questions: readonly Question[], alpha: number): string[] {
  // Where all runs are alike, and so nothing is asked, the next ones will not be.
  const asked = countAsked(questions) || questions.length;
  const [n, m] = [base.runs.length, other.runs.length];
  if (leastP(n, m) * asked <= alpha) return [];
  const needed = fewestRepeats(alpha / asked);
  const runs = (count: number) => (count === 1 ? 'a single run' : `${count} runs`);
  const metrics = asked === 1 ? 'one metric' : `${asked} metrics`;
  return [
    `${runs(n)} of ${base.name} and ${runs(m)} of ${other.name} can prove nothing about ${metrics}, whatever they measured; run with --repeat ${needed}`,
  ];
}

function missing(base: Recorded, other: Recorded, questions: readonly Question[]): string[] {
  return questions.flatMap(({ metric, operation, pair }) => {
    const name = operation === null ? metric.name : `${operation}.${metric.name}`;
    return [
      { from: base, values: pair.base },
      { from: other, values: pair.other },
    ].flatMap(({ from, values }) => {
      const without = from.runs.length - values.length;
      if (without === 0) return [];
      const count = without === from.runs.length ? 'no run' : `${without} of ${from.runs.length} runs`;
      return [
        `${count} of ${from.name} ${without === from.runs.length ? 'has' : 'have no'} data for ${name}: too few requests succeeded`,
      ];
    });
  });
}

function withoutOperations(results: readonly Recorded[]): string[] {
  return results
    .filter(({ runs }) => runs.every(({ operations }) => operations.size === 0))
    .map(({ name }) => `${name} has no figures of operations by run`);
}
