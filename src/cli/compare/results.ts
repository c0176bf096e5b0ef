import {
  type CompareOptions,
  compareResults,
  findMetrics,
  type Recorded,
  readCurve,
  readResult,
} from '../../compare/index.js';
import {
  type ComparedResult,
  type Comparison,
  type CurvePoint,
  ExitCode,
  isCausedByTarget,
  parseRatio,
  parseShare,
  usageError,
} from '../../core/index.js';
import { readFileBounded } from '../../profile/index.js';
import { renderComparison } from '../../report/compare.js';
import type { Curve } from '../../report/compare-plot.js';
import { terminalOptions } from '../console.js';
import { atFlag, type Flag, flag, text } from '../flag-table.js';

/** A result of a thousand repeats of a hundred operations is smaller. */
const MOST_BYTES = 2 ** 27;
const MOST_METRICS = 20;
/** Points of a curve for a tenfold of the distance to 100 %. */
const POINTS_A_NINE = 16;

/** What a comparison is to look at, and how closely; `run --baseline` takes `--fail-on` alone. */
export const compareFlags: Record<string, Flag> = {
  metrics: text('what is compared [qps,p50,p90,p99,p99.9,errors]; also mean, p75, p95, p99.99, max'),
  operations: flag('compare each operation, too'),
  alpha: text('accepted chance of a false alarm, over all metrics together [5%]'),
  'min-change': text('do not call smaller changes better or worse, however sure: 2% [0]'),
};

export const failOnFlag = text(
  'regression: exit 3 when a metric is proven worse, 5 when a measurement does not hold',
);

/** @param values by name in camel case @throws ZipfireError `usage` */
export function readCompareOptions(values: Readonly<Record<string, unknown>>): CompareOptions {
  const { metrics, operations, alpha, minChange } = values;
  const options: { -readonly [K in keyof CompareOptions]: CompareOptions[K] } = {};
  if (typeof metrics === 'string') {
    const names = metrics.split(',').map((name) => name.trim());
    if (names.length > MOST_METRICS) throw usageError(`--metrics: ${MOST_METRICS} at most`);
    options.metrics = atFlag('metrics', () => findMetrics(names));
  }
  if (operations === true) options.operations = true;
  if (typeof alpha === 'string') options.alpha = atFlag('alpha', () => readAlpha(alpha));
  if (typeof minChange === 'string') options.minChange = atFlag('min-change', () => parseRatio(minChange));
  return options;
}

/** Whether a regression fails the command. @throws ZipfireError `usage` */
export function readFailOn(value: unknown): boolean {
  if (value === undefined) return false;
  if (value === 'regression') return true;
  throw usageError('--fail-on: expected regression', '--fail-on regression');
}

function readAlpha(text: string): number {
  const alpha = parseShare(text);
  if (alpha > 0 && alpha <= 0.5) return alpha;
  throw usageError('expected a chance above 0 and up to 50%');
}

/** @throws ZipfireError `usage` when it cannot be read, is too large, or is no result */
export function readResultFile(path: string): Recorded {
  return readResult(readResultText(path), path);
}

/** @throws ZipfireError `usage` when it cannot be read, or is too large */
export function readResultText(path: string): string {
  return new TextDecoder().decode(readFileBounded(path, MOST_BYTES));
}

/** Compares, and shows it on stdout unless that is taken. */
export async function compareAndShow(
  base: Recorded,
  others: readonly Recorded[],
  options: CompareOptions,
  quiet: boolean,
): Promise<Comparison> {
  const comparison = compareResults(base, others, options);
  if (!quiet) await showComparison(comparison, [base, ...others]);
  return comparison;
}

/** On stdout. */
export async function showComparison(comparison: Comparison, results: readonly Recorded[]): Promise<void> {
  const curves = await curvesOf(results);
  process.stdout.write(renderComparison(comparison, curves, terminalOptions(process.stdout)));
}

/** Response time by percentile; empty where a result has no histogram that can be read. */
export async function curveOrNothing(result: Recorded): Promise<readonly CurvePoint[]> {
  const [curve] = await curvesOf([result]).catch(() => []);
  return curve?.points ?? [];
}

async function curvesOf(results: readonly Recorded[]): Promise<Curve[]> {
  const curves: Curve[] = [];
  for (const { name, histogram } of results) {
    if (histogram !== null) curves.push({ name, points: await readCurve(histogram, name, POINTS_A_NINE) });
  }
  return curves;
}

/**
 * An invalid measurement never passes. One that is so because the target does not serve what was asked for is worse than
 * the base, where that is proven.
 */
export function exitCodeOfComparison(
  { base, results, valid, regression }: Comparison,
  failOnRegression: boolean,
): ExitCode {
  if (!failOnRegression) return ExitCode.pass;
  const byTarget = ({ validity: { valid, reasons } }: ComparedResult) =>
    valid || (reasons.length > 0 && reasons.every(isCausedByTarget));
  if (regression && base.validity.valid && results.every(byTarget)) return ExitCode.gateFailed;
  return valid ? ExitCode.pass : ExitCode.invalid;
}
