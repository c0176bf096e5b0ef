import { formatPercent, formatRateExact, formatUs, type GateResult, type GateUnit } from '../core/index.js';

/** A gate's two numbers as text, in the unit of its metric. */
export interface GateTexts {
  readonly actual: string;
  readonly limit: string;
}

type Show = (value: number, digits: number) => string;

/**
 * Writes a gate's actual and limit so that they can be told apart: `250.4 ms` against `250 ms`.
 * Latencies are in microseconds, shares in [0, 1], as in the result's summary; the unit follows from the gate's text.
 */
export function gateTexts(gate: GateResult): GateTexts {
  const show = showOf(gate);
  const { actual, limit } = gate;
  if (actual === null || limit === null) {
    return {
      actual: actual === null ? 'no data' : show(actual, 3),
      limit: limit === null ? '' : plain(show(limit, 3)),
    };
  }
  let digits = 3;
  while (actual !== limit && digits < 12 && plain(show(actual, digits)) === plain(show(limit, digits)))
    digits++;
  return { actual: show(actual, digits), limit: plain(show(limit, digits)) };
}

/** A figure of a gate: `71.3 ms`. */
export function gateValue(gate: GateResult, value: number): string {
  return showOf(gate)(value, 3);
}

const shows: Readonly<Record<GateUnit, Show>> = {
  us: formatUs,
  share: (value, digits) => formatPercent(value, digits === 3 ? undefined : digits),
  'per-second': perSecond,
  count: number,
  ratio: number,
};

function showOf({ unit, source }: GateResult): Show {
  return shows[unit ?? unitOf(source)];
}

/** The unit, as the grammar of gates has it: the limit's way of writing first, then the metric. */
function unitOf(source: string): GateUnit {
  const [, subject = '', limit = ''] = /^(.*?)(?:[<>]=?|==)(.*)$/s.exec(source) ?? [];
  if (/of\s+rate\s*$/i.test(limit) || limit.includes('/')) return 'per-second';
  if (limit.includes('%')) return 'share';
  if (/(?:^|\.)qps\s*$/.test(subject)) return 'per-second';
  if (/(?:^|\.)(?:min|mean|stdev|max|p\d+(?:\.\d+)?)\s*$/.test(subject)) return 'us';
  return 'count';
}

function perSecond(value: number, digits: number): string {
  return `${number(value, digits)}/s`;
}

function number(value: number, digits: number): string {
  return digits === 3 ? formatRateExact(value) : value.toFixed(digits - 3);
}

/** A limit is a round number that somebody wrote: `250 ms`, not `250.0 ms`. */
function plain(text: string): string {
  return text.replace(/(\.\d*?)0+(?=\D|$)/, '$1').replace(/\.(?=\D|$)/, '');
}
