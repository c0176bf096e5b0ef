import type { GateResult, Result } from '../core/index.js';
import type { Baseline } from './baseline.js';
import type { Comparison, Gate } from './gate.js';
import type { Evidence, Scope } from './metric.js';

/** What a gate's condition comes to in one place. */
export interface Judgment {
  readonly actual: number | null;
  readonly limit: number | null;
  /** Whether the condition is met; null: there is no data, and so it neither is nor is not. */
  readonly met: boolean | null;
}

const holds: Readonly<Record<Comparison, (actual: number, limit: number) => boolean>> = {
  '<': (actual, limit) => actual < limit,
  '<=': (actual, limit) => actual <= limit,
  '>': (actual, limit) => actual > limit,
  '>=': (actual, limit) => actual >= limit,
  '==': (actual, limit) => actual === limit,
};

/** @param scope undefined: there is nothing of the operation */
export function judgeScope(
  gate: Gate,
  scope: Scope | undefined,
  evidence: Evidence,
  baseline: Baseline | null,
): Judgment {
  if (scope === undefined) return { actual: null, limit: null, met: null };
  const limit = known(limitOf(gate, scope, baseline));
  const actual = known(gate.read(scope, evidence));
  if (actual === null || limit === null) return { actual: null, limit, met: null };
  return { actual, limit, met: holds[gate.comparison](actual, limit) };
}

/**
 * Judges a whole result by a gate. No data is a verdict of its own: it is not a failure of the target, and never a
 * pass. `actual` and `limit` are in the gate's unit.
 *
 * @param gate one on the whole; gates on windows and those that abort are judged as the run goes, by a `GateWatch`
 */
export function judge(gate: Gate, result: Result, baseline: Baseline | null = null): GateResult {
  const { source, unit } = gate;
  const { actual, limit, met } = judgeScope(gate, scopeOf(gate, result), result, baseline);
  if (met !== null) return { source, actual, limit, unit, verdict: met ? 'pass' : 'fail' };
  return { source, actual, limit, unit, verdict: 'no-data', ...whyNoData(gate, baseline) };
}

/** What to say of a gate without data, where its figures do not. */
export function whyNoData(gate: Gate, baseline: Baseline | null): Pick<GateResult, 'why'> {
  if (gate.limit.kind !== 'of-baseline') return {};
  if (baseline === null) return { why: 'there is no baseline' };
  if (!baseline.valid) return { why: 'the measurement of the baseline does not hold' };
  return valueIn(baseline, gate) === null ? { why: 'the baseline has no such figure' } : {};
}

function valueIn(baseline: Baseline, { operation, read }: Gate): number | null {
  const before = operation === null ? baseline.summary : baseline.operations.get(operation);
  return before === undefined ? null : read(before, baseline.evidence);
}

function scopeOf({ operation }: Gate, { summary, operations }: Result): Scope | undefined {
  return operation === null ? summary : operations.find(({ name }) => name === operation);
}

function limitOf(gate: Gate, scope: Scope, baseline: Baseline | null): number | null {
  const { limit } = gate;
  switch (limit.kind) {
    case 'value':
      return limit.value;
    case 'share-of-rate':
      return scope.targetRate === null ? null : scope.targetRate * limit.share;
    case 'of-baseline': {
      // A measurement that does not hold is nothing to hold others to.
      if (baseline === null || !baseline.valid) return null;
      const value = valueIn(baseline, gate);
      return value === null ? null : value * limit.factor;
    }
  }
}

function known(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

/** How well a condition is met: the more the better, and the sign says whether it is. No data is the worst. */
export function marginOf(comparison: Comparison, { actual, limit }: Judgment): number {
  if (actual === null || limit === null) return Number.NEGATIVE_INFINITY;
  switch (comparison) {
    case '<':
    case '<=':
      return limit - actual;
    case '>':
    case '>=':
      return actual - limit;
    case '==':
      return -Math.abs(actual - limit);
  }
}
