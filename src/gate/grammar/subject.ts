import { closest, escapeText } from '../../core/index.js';
import type { Metric, Protocol, Readings } from '../metric.js';
import { histograms, metricNames, metrics } from '../metrics/index.js';
import type { GateSource, Token } from '../source.js';
import type { GateContext } from './context.js';

/** What a condition is about. */
export interface Subject {
  readonly operation: string | null;
  readonly metric: Metric;
  readonly readings: Readings;
  /** The metric in its normal form. */
  readonly text: string;
  /** Length of the windows that it is of by itself. */
  readonly windowSec: number | null;
  readonly at: Token;
}

/** Reads `read.service.p99` or `status(5xx)`. */
export function readSubject(source: GateSource, context: GateContext): Subject {
  const words = readWords(source);
  const operation = takeOperation(words, context);
  const subject = readMetric(source, words, operation, context);
  if (operation !== null && !subject.metric.perOperation) {
    throw source.error(`${subject.text} is counted for the whole run, not for each operation`, subject.at);
  }
  if (context.rate === null && subject.text.startsWith('lateness.')) {
    throw source.error('lateness is of a schedule, and a closed loop has none; set a rate', subject.at);
  }
  return subject;
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

function readMetric(
  source: GateSource,
  words: readonly Token[],
  operation: string | null,
  context: GateContext,
): Subject {
  // Metrics are names of ours, in any case: reports write P99 and QPS.
  const given = words.map(({ text, at }) => ({ text: text.toLowerCase(), at }));
  const last = given.at(-1) as Token; // readWords gives one at least
  const prefix = given.length > 1 ? (given[0] as Token) : null;
  const metric = metrics.find((known) => known.names.includes(last.text));
  const isPrefixKnown = prefix === null || histograms.some((known) => known === prefix.text);
  if (!isPrefixKnown) throw unknownPrefix(source, words[0] as Token, operation, context);
  if (metric === undefined) throw unknownMetric(source, words.at(-1) as Token);
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
    const example = `${last.text}(${metric.argument?.split(' or ')[0] ?? ''})`;
    throw source.error(`${last.text} takes ${metric.argument} in parentheses: ${example}`, argument ?? last);
  }
  const protocol = metric.protocolOf?.(qualifier) ?? context.protocol;
  if (context.protocol !== undefined && protocol !== context.protocol) {
    throw source.error(otherProtocol[context.protocol](last.text), argument ?? last);
  }
  const text = argument !== null ? `${last.text}(${qualifier})` : given.map((word) => word.text).join('.');
  const windowSec = metric.windowSec?.(qualifier) ?? null;
  return { operation, metric, readings, text, windowSec, at: words[0] as Token };
}

/** Why a metric of the other protocol, which would hold whatever happens, is none of this run. */
const otherProtocol: Readonly<Record<Protocol, (metric: string) => string>> = {
  grpc: (metric) =>
    `calls have gRPC statuses, not those of HTTP; write one such as ${metric}(UNAVAILABLE), or errors`,
  http: (metric) =>
    metric === 'messages'
      ? 'messages are of gRPC calls, and these are HTTP requests'
      : 'requests have HTTP statuses, not those of gRPC; write one such as status(503), or status(5xx)',
};

function unknownPrefix(source: GateSource, prefix: Token, operation: string | null, context: GateContext) {
  const known = operation === null ? [...context.operations, ...histograms] : [...histograms];
  const near = histogramsElsewhere.get(plain(prefix.text)) ?? closest(prefix.text, known);
  const mend = near === undefined ? `known here: ${known.join(', ')}` : `did you mean "${near}"?`;
  const what = operation === null ? 'operation or histogram' : 'histogram';
  return source.error(`unknown ${what} "${prefix.text}"; ${mend}`, prefix);
}

/** Names that other tools use, without their `_` and `-`, and ours for the same. */
const elsewhere: ReadonlyMap<string, string> = new Map([
  ['avg', 'mean'],
  ['average', 'mean'],
  ['med', 'p50'],
  ['median', 'p50'],
  ['p999', 'p99.9'],
  ['p9999', 'p99.99'],
  ['rps', 'qps'],
  ['tps', 'qps'],
  ['rate', 'qps'],
  ['throughput', 'qps'],
  ['requestrate', 'qps'],
  ['latency', 'p99'],
  ['responsetime', 'p99'],
  ['httpreqduration', 'p99'],
  ['error', 'errors'],
  ['errorrate', 'errors'],
  ['failures', 'errors'],
  ['failurerate', 'errors'],
  ['httpreqfailed', 'errors'],
  ['success', 'ok'],
  ['successrate', 'ok'],
  ['burnrate', 'burn'],
  ['cov', 'jitter'],
]);

/** The same of histograms. */
const histogramsElsewhere: ReadonlyMap<string, string> = new Map([
  ['latency', 'response'],
  ['latencyus', 'response'],
  ['responsetime', 'response'],
  ['servicetime', 'service'],
]);

function plain(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, '');
}

function unknownMetric(source: GateSource, token: Token): Error {
  const shown = escapeText(token.text, { maxLength: 40 });
  const known = elsewhere.get(plain(token.text));
  if (/^p[\d.]+$/i.test(token.text)) {
    const recorded = metricNames.filter((name) => /^p\d/.test(name)).join(', ');
    const mend = known === undefined ? '' : `; did you mean "${known}"?`;
    return source.error(`${shown} is not recorded; recorded are ${recorded}${mend}`, token);
  }
  const inParentheses = /^p$/i.test(token.text) && /^\(\s*([\d.]+)\s*\)$/.exec(source.peek()?.text ?? '');
  const percentile = inParentheses ? metricNames.find((name) => name === `p${inParentheses[1]}`) : undefined;
  const near = percentile ?? known ?? closest(token.text, metricNames);
  const mend = near === undefined ? `known are ${metricNames.join(', ')}` : `did you mean "${near}"?`;
  return source.error(`unknown metric "${shown}"; ${mend}`, token);
}
