import {
  closest,
  escapeText,
  parseCount,
  parseDurationNs,
  parseRate,
  parseRatio,
  parseShare,
  usageError,
  ZipfireError,
} from '../core/index.js';
import type { Comparison, Gate, Limit } from './gate.js';
import type { LimitUnit, Metric, Protocol, Readings } from './metric.js';
import { histograms, metricNames, metrics } from './metrics/index.js';
import { GateSource, type Token } from './source.js';

/** What a gate is read against, so that a mistyped name is found before anything is sent. */
export interface GateContext {
  /** Names of the operations of the run. */
  readonly operations: readonly string[];
  /** Requests per second asked for; null for a closed loop, undefined when not known yet. */
  readonly rate?: number | null | undefined;
  /** What the run sends; undefined when not known yet. */
  readonly protocol?: Protocol | undefined;
}

const MAX_LENGTH = 200;

/**
 * Reads a gate.
 *
 * ```
 * gate       = subject comparison limit
 * subject    = [ operation "." ] metric                             ; read, or a part of it: read[x-env=canary]
 * metric     = [ histogram "." ] statistic | name [ "(" argument ")" ]
 * histogram  = "response" | "service" | "lateness" | "failed"         ; response when none is named
 * statistic  = "min" | "mean" | "stdev" | "max" | "p50" | "p75" | "p90" | "p95" | "p99" | "p99.9" | "p99.99"
 * name       = "errors" | "timeouts" | "status" | "ok" | "qps" | "dropped" | "unsent"
 * argument   = digit digit digit | digit "xx"                         ; status(503), status(5xx)
 * comparison = "<" | "<=" | ">" | ">=" | "=="
 * limit      = duration | count | percent | rate | percent "of rate"  ; which of them depends on the metric
 * ```
 *
 * @throws ZipfireError `usage` with the gate, carets under the place, and what was expected there
 */
export function parseGate(text: string, context: GateContext): Gate {
  if (text.length > MAX_LENGTH) throw usageError(`a gate of more than ${MAX_LENGTH} characters`);
  if (text.trim() === '') throw usageError('an empty gate; write one such as p99 < 380ms');
  const source = new GateSource(text.trim());
  const words = readWords(source);
  const operation = takeOperation(words, context);
  const { metric, readings, subject, at } = readMetric(source, words, operation, context);
  const comparison = readComparison(source);
  const limitToken = source.rest();
  const limit = readLimit(source, limitToken, subject, readings);

  if (operation !== null && !metric.perOperation) {
    throw source.error(`${subject} is counted for the whole run, not for each operation`, at);
  }
  if (context.rate === null && subject.startsWith('lateness.')) {
    throw source.error('lateness is of a schedule, and a closed loop has none; set a rate', at);
  }
  if (limit.kind === 'share-of-rate' && context.rate === null) {
    throw source.error('"of rate" needs a rate, and this is a closed loop; set a rate', limitToken);
  }
  const unit = limit.kind === 'value' ? limit.unit : 'per-second';
  const read = readings[unit];
  if (read === undefined) throw source.error(expectation(subject, readings), limitToken);
  return { source: source.text, operation, metric: subject, comparison, limit, read };
}

/** The words of the subject, parted by points. */
function readWords(source: GateSource): Token[] {
  const words = [expectWord(source)];
  while (source.peek()?.text === '.') {
    source.next();
    words.push(expectWord(source));
  }
  return words;
}

function expectWord(source: GateSource): Token {
  const token = source.next();
  if (token === null || !/^\w/.test(token.text)) {
    throw source.error('expected a metric, such as p99, errors or qps', token ?? source.rest());
  }
  return token;
}

/** A first word that is no metric's is an operation's, when there is more after it. */
function takeOperation(words: Token[], context: GateContext): string | null {
  const first = words[0]?.text ?? '';
  if (words.length < 2 || !context.operations.includes(first)) return null;
  words.shift();
  return first;
}

interface ReadMetric {
  readonly metric: Metric;
  readonly readings: Readings;
  /** In its normal form. */
  readonly subject: string;
  readonly at: Token;
}

function readMetric(
  source: GateSource,
  words: readonly Token[],
  operation: string | null,
  context: GateContext,
): ReadMetric {
  const last = words.at(-1) as Token; // readWords gives one at least
  const prefix = words.length > 1 ? (words[0] as Token) : null;
  const metric = metrics.find((known) => known.names.includes(last.text));
  const isPrefixKnown = prefix === null || histograms.some((known) => known === prefix.text);
  if (!isPrefixKnown && prefix !== null) throw unknownPrefix(source, prefix, operation, context);
  if (metric === undefined) throw unknownMetric(source, last);
  if (words.length > 2) throw source.error('one histogram is enough', words[1] as Token);
  if (prefix !== null && metric.ofLatency !== true) {
    throw source.error(`${last.text} is not of a histogram; leave "${prefix.text}." out`, prefix);
  }
  const argument = source.peek()?.text.startsWith('(') ? source.next() : null;
  if (argument !== null && metric.argument === undefined) {
    throw source.error(`${last.text} takes no argument`, argument);
  }
  const qualifier = prefix?.text ?? argument?.text.slice(1, -1).trim() ?? '';
  const readings = metric.readings(last.text, qualifier);
  if (readings === null) {
    const example = `${last.text}(${metric.argument?.split(' ')[0] ?? ''})`;
    throw source.error(`${last.text} takes ${metric.argument} in parentheses: ${example}`, argument ?? last);
  }
  const protocol = metric.protocolOf?.(qualifier) ?? context.protocol;
  if (context.protocol !== undefined && protocol !== context.protocol) {
    throw source.error(otherProtocol[context.protocol](last.text), argument ?? last);
  }
  const subject = argument !== null ? `${last.text}(${qualifier})` : words.map((word) => word.text).join('.');
  return { metric, readings, subject, at: words[0] as Token };
}

/** Why a metric of the other protocol, which would hold whatever happens, is none of this run. */
const otherProtocol: Readonly<Record<Protocol, (metric: string) => string>> = {
  grpc: (metric) =>
    `calls have gRPC statuses, not those of HTTP; write one such as ${metric}(UNAVAILABLE), or errors`,
  http: (metric) =>
    metric === 'status'
      ? 'requests have HTTP statuses, not those of gRPC; write one such as status(503), or status(5xx)'
      : `${metric} are of gRPC calls, and these are HTTP requests`,
};

function unknownPrefix(source: GateSource, prefix: Token, operation: string | null, context: GateContext) {
  const known = operation === null ? [...context.operations, ...histograms] : [...histograms];
  const near = closest(prefix.text, known);
  const mend = near === undefined ? `known here: ${known.join(', ')}` : `did you mean "${near}"?`;
  const what = operation === null ? 'operation or histogram' : 'histogram';
  return source.error(`unknown ${what} "${prefix.text}"; ${mend}`, prefix);
}

/** Names that other tools use, and ours for the same. */
const elsewhere: Readonly<Record<string, string>> = {
  avg: 'mean',
  average: 'mean',
  med: 'p50',
  median: 'p50',
  rps: 'qps',
  rate: 'qps',
  throughput: 'qps',
  latency: 'p99',
  error: 'errors',
  failures: 'errors',
  success: 'ok',
};

function unknownMetric(source: GateSource, token: Token): Error {
  const shown = escapeText(token.text, { maxLength: 40 });
  if (/^p[\d.]+$/.test(token.text)) {
    const recorded = metricNames.filter((name) => /^p\d/.test(name)).join(', ');
    return source.error(`${shown} is not recorded; recorded are ${recorded}`, token);
  }
  const near = elsewhere[token.text.toLowerCase()] ?? closest(token.text, metricNames);
  const mend = near === undefined ? `known are ${metricNames.join(', ')}` : `did you mean "${near}"?`;
  return source.error(`unknown metric "${shown}"; ${mend}`, token);
}

function readComparison(source: GateSource): Comparison {
  const token = source.peek();
  switch (token?.text) {
    case '<':
    case '<=':
    case '>':
    case '>=':
    case '==':
      source.next();
      return token.text;
    case '=':
      throw source.error('a comparison is one of <, <=, >, >= and ==; did you mean "=="?', token);
    default:
      throw source.error('expected a comparison: <, <=, >, >= or ==', token ?? source.rest());
  }
}

/** The unit that a limit's way of writing stands for; a bare number takes the metric's own. */
function readLimit(source: GateSource, token: Token, subject: string, readings: Readings): Limit {
  const text = token.text.trim();
  const ofRate = /^(.*%)\s*of\s+rate$/i.exec(text);
  try {
    if (ofRate !== null && readings['per-second']) {
      return { kind: 'share-of-rate', share: parseRatio(ofRate[1] ?? '') };
    }
    if (text.endsWith('%') && readings.share) return value('share', parseShare(text));
    if (text.includes('/') && readings['per-second']) return value('per-second', parseRate(text));
    if (readings.us) return value('us', parseDurationNs(text) / 1e3);
    if (readings.count && isNumber(text)) return value('count', parseCount(text));
    if (!readings.count && readings['per-second'] && isNumber(text)) {
      return value('per-second', parseRate(text));
    }
  } catch (error) {
    if (!(error instanceof ZipfireError)) throw error;
  }
  throw source.error(expectation(subject, readings), token);
}

function value(unit: LimitUnit, number: number): Limit {
  return { kind: 'value', unit, value: number };
}

function isNumber(text: string): boolean {
  return /^[\d.]/.test(text);
}

const examples: Readonly<Record<LimitUnit, string>> = {
  us: 'a duration such as 380ms',
  share: 'a share such as 0.1%',
  'per-second': 'a rate such as 10k/s, or 95% of rate',
  count: 'a count such as 0',
};

function expectation(subject: string, readings: Readings): string {
  const units = Object.keys(readings) as LimitUnit[]; // Readings has no other keys
  return `${subject} is compared with ${units.map((unit) => examples[unit]).join(', or ')}`;
}
