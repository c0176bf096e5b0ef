import type { GateResult, Result } from '../core/index.js';
import type { LimitUnit, Reading } from './metric.js';

export type Comparison = '<' | '<=' | '>' | '>=' | '==';

/** What a metric is compared with: a value in a unit, or a share of the rate the run was asked for. */
export type Limit =
  | { readonly kind: 'value'; readonly unit: LimitUnit; readonly value: number }
  | { readonly kind: 'share-of-rate'; readonly share: number };

/** A gate, parsed: a condition on a result that a run must meet. Make one with `parseGate`. */
export interface Gate {
  /** As written, trimmed. */
  readonly source: string;
  /** The operation it is about; null is the whole run. */
  readonly operation: string | null;
  /** The metric as written: `p99`, `service.p99.9`, `status(5xx)`. */
  readonly metric: string;
  readonly comparison: Comparison;
  readonly limit: Limit;
  readonly read: Reading;
}

const holds: Readonly<Record<Comparison, (actual: number, limit: number) => boolean>> = {
  '<': (actual, limit) => actual < limit,
  '<=': (actual, limit) => actual <= limit,
  '>': (actual, limit) => actual > limit,
  '>=': (actual, limit) => actual >= limit,
  '==': (actual, limit) => actual === limit,
};

/**
 * Judges a result by a gate. No data is a verdict of its own: it is not a failure of the target, and never a pass.
 * `actual` and `limit` are in the limit's unit: microseconds, a share in [0, 1], per second, or a count.
 */
export function judge(gate: Gate, result: Result): GateResult {
  const scope =
    gate.operation === null
      ? result.summary
      : result.operations.find((operation) => operation.name === gate.operation);
  if (scope === undefined) return { source: gate.source, actual: null, limit: null, verdict: 'no-data' };
  const limit =
    gate.limit.kind === 'value'
      ? gate.limit.value
      : scope.targetRate === null
        ? null
        : scope.targetRate * gate.limit.share;
  const actual = gate.read(scope, result);
  if (actual === null || limit === null || !Number.isFinite(actual)) {
    return { source: gate.source, actual: null, limit, verdict: 'no-data' };
  }
  const verdict = holds[gate.comparison](actual, limit) ? 'pass' : 'fail';
  return { source: gate.source, actual, limit, verdict };
}

/** The gate in its one normal form; parsing it gives the same gate again. */
export function formatGate(gate: Gate): string {
  const prefix = gate.operation === null ? '' : `${gate.operation}.`;
  return `${prefix}${gate.metric} ${gate.comparison} ${formatLimit(gate.limit)}`;
}

function formatLimit(limit: Limit): string {
  if (limit.kind === 'share-of-rate') return `${percentText(limit.share)} of rate`;
  switch (limit.unit) {
    case 'us':
      return limit.value === 0 ? '0' : `${limit.value}us`;
    case 'share':
      return percentText(limit.value);
    case 'per-second':
      return `${limit.value}/s`;
    case 'count':
      return String(limit.value);
  }
}

/** A share as a percentage that reads back as the same number: the decimal point is moved, nothing multiplied. */
function percentText(share: number): string {
  const [digits = '0', exponent = '0'] = share.toExponential().split('e');
  return `${Number(`${digits}e${Number(exponent) + 2}`)}%`;
}
