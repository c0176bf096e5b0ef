import {
  type GateUnit,
  parseCount,
  parseDurationNs,
  parseNumber,
  parseRate,
  parseRatio,
  parseShare,
  ZipfireError,
} from '../../core/index.js';
import type { Comparison, Limit } from '../gate.js';
import type { Reading, Readings } from '../metric.js';
import type { GateSource, Token } from '../source.js';
import type { GateContext } from './context.js';
import type { Subject } from './subject.js';

export function readComparison(source: GateSource): Comparison {
  const token = source.peek();
  switch (token?.text) {
    case '<':
    case '<=':
    case '>':
    case '>=':
    case '==':
      source.next();
      return token.text;
    case '≤':
      source.next();
      return '<=';
    case '≥':
      source.next();
      return '>=';
    case '=':
    case '=<':
    case '=>':
      throw source.error(
        `a comparison is one of <, <=, >, >= and ==; did you mean "${mended[token.text]}"?`,
        token,
      );
    default:
      throw source.error('expected a comparison: <, <=, >, >= or ==', token ?? source.rest());
  }
}

const mended = { '=': '==', '=<': '<=', '=>': '>=' } as const;

/** A limit, and what reads the metric in its unit. */
export interface ReadLimit {
  readonly limit: Limit;
  readonly unit: GateUnit;
  readonly read: Reading;
}

/** Everything up to the next ` in `. */
export function readLimit(source: GateSource, subject: Subject, context: GateContext): ReadLimit {
  const token = source.until('in');
  const { readings, text } = subject;
  const limit = limitOf(source, token, text, readings);
  if (limit.kind === 'share-of-rate' && context.rate === null) {
    throw source.error('"of rate" needs a rate, and this is a closed loop; set a rate', token);
  }
  const { operation } = subject;
  if (
    limit.kind === 'share-of-rate' &&
    operation !== null &&
    context.sequences?.includes(operation) === false
  ) {
    const mend = `leave "${operation}." out, or write a rate such as 10k/s`;
    throw source.error(`the rate is that of all operations, and of none of them; ${mend}`, token);
  }
  const unit = unitOf(limit, readings);
  const read = readings[unit];
  if (read === undefined) throw source.error(expectation(text, readings, token.text), token);
  return { limit, unit, read };
}

/** A baseline has no unit: it is taken in the one that says most of two runs of different lengths. */
function unitOf(limit: Limit, readings: Readings): GateUnit {
  if (limit.kind === 'value') return limit.unit;
  if (limit.kind === 'share-of-rate') return 'per-second';
  const best = (['us', 'share', 'per-second', 'ratio', 'count'] as const).find((unit) => readings[unit]);
  return best ?? 'count';
}

/** What the way of writing stands for; a bare number takes the metric's own unit. */
function limitOf(source: GateSource, token: Token, subject: string, readings: Readings): Limit {
  const text = token.text.trim();
  const ofRate = /^(.*%)\s*of\s+rate$/i.exec(text);
  const times = /^(?:(.*[\d.%])\s*(?:x|\*|×|of)\s*)?baseline$/i.exec(text);
  try {
    if (times !== null) return { kind: 'of-baseline', factor: parseRatio(times[1] ?? '1') };
    if (ofRate !== null && readings['per-second']) {
      return { kind: 'share-of-rate', share: parseRatio(ofRate[1] ?? '') };
    }
    if (text.endsWith('%') && readings.share) {
      // Parts of a whole are never more; a deviation may be.
      return value('share', readings.count ? parseShare(text) : parseRatio(text));
    }
    if (text.includes('/') && readings['per-second']) return value('per-second', parseRate(text));
    if (readings.us) return value('us', parseDurationNs(text) / 1e3);
    if (readings.ratio) return value('ratio', parseNumber(text.replace(/(?<=\d)\s*[x×]$/i, '')));
    if (readings.count && isNumber(text)) return value('count', parseCount(text));
    if (!readings.count && readings['per-second'] && isNumber(text)) {
      return value('per-second', parseRate(text));
    }
  } catch (error) {
    if (!(error instanceof ZipfireError)) throw error;
  }
  throw source.error(expectation(subject, readings, text), token);
}

function value(unit: GateUnit, number: number): Limit {
  return { kind: 'value', unit, value: number };
}

function isNumber(text: string): boolean {
  return /^[\d.]/.test(text);
}

const examples: Readonly<Record<GateUnit, string>> = {
  us: 'a duration such as 380ms',
  share: 'a share such as 0.1%',
  'per-second': 'a rate such as 10k/s, or 95% of rate',
  count: 'a count such as 0',
  ratio: 'a number such as 2',
};

function expectation(subject: string, readings: Readings, text: string): string {
  const units = Object.keys(readings) as GateUnit[]; // Readings has no other keys
  const baseline = /baseline/i.test(text) ? ['1.15 x baseline'] : [];
  const known = [...units.map((unit) => examples[unit]), ...baseline].join(', or ');
  return `${subject} is compared with ${known}${mendOf(text, readings)}`;
}

/** What was probably meant, where that is plain. */
function mendOf(text: string, readings: Readings): string {
  if (/[\d%a-z]\s*(?:&&|\|\||;|,\s|\s(?:and|or)\s)\s*[a-z]/i.test(text))
    return '; a gate is one condition, so write the other one as a gate of its own';
  const share = /^0?\.\d+$/.test(text) && readings.share && readings.count ? Number(text) : 0;
  return share > 0 ? `; did you mean ${Number((100 * share).toPrecision(12))}%?` : '';
}
