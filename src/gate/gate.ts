import type { GateUnit } from '../core/index.js';
import type { Reading } from './metric.js';

export type Comparison = '<' | '<=' | '>' | '>=' | '==';

/** What a metric is compared with. */
export type Limit =
  | { readonly kind: 'value'; readonly unit: GateUnit; readonly value: number }
  /** Of the rate that the run was asked for. */
  | { readonly kind: 'share-of-rate'; readonly share: number }
  /** Of the same metric in an earlier result. */
  | { readonly kind: 'of-baseline'; readonly factor: number };

/** Of what a gate's condition is judged, and what that makes of the gate. */
export type When =
  /** All that was measured meets it. */
  | { readonly kind: 'whole' }
  /** Enough of the windows meet it. */
  | {
      readonly kind: 'windows';
      readonly lengthSec: number;
      readonly need: Need;
      /** Whether a run shorter than a window is one; else there is no data. */
      readonly short: boolean;
    }
  /** It is never met: as soon as it is, the run ends. Null: by all that was measured so far. */
  | { readonly kind: 'abort'; readonly lengthSec: number | null };

/** How many windows have to meet a condition. */
export type Need =
  /** In (0, 1]. */
  | { readonly kind: 'share'; readonly share: number }
  /** So many of any so many in a row. */
  | { readonly kind: 'of'; readonly held: number; readonly of: number };

/** A gate, parsed. Make one with `parseGate`. */
export interface Gate {
  /** As written, trimmed. */
  readonly source: string;
  /** The operation it is about; null is the whole run. */
  readonly operation: string | null;
  /** The metric as written: `p99`, `service.p99.9`, `status(5xx)`. */
  readonly metric: string;
  readonly comparison: Comparison;
  readonly limit: Limit;
  readonly when: When;
  /** What its figures are in. */
  readonly unit: GateUnit;
  readonly read: Reading;
}

/** The gate in its one normal form; parsing it gives the same gate again. */
export function formatGate(gate: Gate): string {
  const { when } = gate;
  const prefix = gate.operation === null ? '' : `${gate.operation}.`;
  const condition = `${prefix}${gate.metric} ${gate.comparison} ${formatLimit(gate.limit)}`;
  switch (when.kind) {
    case 'whole':
      return condition;
    case 'windows':
      // The metric says it itself.
      return when.short ? condition : `${condition} in ${formatNeed(when.need, when.lengthSec)}`;
    case 'abort': {
      const windowed = when.lengthSec !== null && !gate.metric.startsWith('burn(');
      return `abort when ${condition}${windowed ? ` in a ${when.lengthSec}s window` : ''}`;
    }
  }
}

function formatNeed(need: Need, lengthSec: number): string {
  if (need.kind === 'of') return `${need.held} of ${need.of} ${lengthSec}s windows`;
  if (need.share === 1) return `every ${lengthSec}s window`;
  return `${percentText(need.share)} of ${lengthSec}s windows`;
}

function formatLimit(limit: Limit): string {
  if (limit.kind === 'share-of-rate') return `${percentText(limit.share)} of rate`;
  if (limit.kind === 'of-baseline') return `${limit.factor} x baseline`;
  switch (limit.unit) {
    case 'us':
      return limit.value === 0 ? '0' : `${limit.value}us`;
    case 'share':
      return percentText(limit.value);
    case 'per-second':
      return `${limit.value}/s`;
    case 'count':
    case 'ratio':
      return String(limit.value);
  }
}

/** A share as a percentage that reads back as the same number: the decimal point is moved, nothing multiplied. */
function percentText(share: number): string {
  const [digits = '0', exponent = '0'] = share.toExponential().split('e');
  return `${Number(`${digits}e${Number(exponent) + 2}`)}%`;
}
