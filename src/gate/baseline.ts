import {
  type ErrorKinds,
  errorKinds,
  escapeText,
  type Latencies,
  type LatencySummary,
  type MessageSummary,
  type Summary,
  type TimelinePoint,
  usageError,
} from '../core/index.js';
import type { Evidence } from './metric.js';

/** An earlier result, as far as gates compare with it. */
export interface Baseline {
  /** Whether its measurement holds; one that was ended early does not. */
  readonly valid: boolean;
  readonly summary: Summary;
  readonly operations: ReadonlyMap<string, Summary>;
  readonly evidence: Evidence;
}

const MOST_OPERATIONS = 1000;
const MOST_SECONDS = 1_000_000;

/**
 * Reads what gates need of a `zipfire.result/1` document that anyone may have written.
 *
 * @param name of the file, for messages
 * @throws ZipfireError `usage` with the place in the document
 */
export function readBaseline(text: string, name: string): Baseline {
  const where = escapeText(name, { maxLength: 200 });
  const root = record(parsed(text, where), where);
  const operations = root['operations'];
  if (!Array.isArray(operations) || operations.length > MOST_OPERATIONS) {
    throw expected(`${where}: operations`, `a list of at most ${MOST_OPERATIONS}`);
  }
  const gates = Array.isArray(root['gates']) ? root['gates'] : [];
  const cutShort =
    root['verdict'] === 'interrupted' ||
    gates.some((gate: unknown) => typeof gate === 'object' && gate !== null && 'abortedAtSec' in gate);
  return {
    valid: record(root['validity'], `${where}: validity`)['valid'] === true && !cutShort,
    summary: readSummary(root['summary'], `${where}: summary`),
    operations: new Map(
      operations.map((operation: unknown, i): [string, Summary] => [
        String(record(operation, `${where}: operations[${i}]`)['name']),
        readSummary(operation, `${where}: operations[${i}]`),
      ]),
    ),
    evidence: {
      statuses: counts(root['statuses'], `${where}: statuses`),
      grpcStatuses: counts(root['grpcStatuses'], `${where}: grpcStatuses`),
      errorKinds: numbers<ErrorKinds>(root['errorKinds'], errorKinds, `${where}: errorKinds`),
      timeline: readTimeline(root['timeline'], `${where}: timeline`),
    },
  };
}

const figures = [
  'durationSec',
  'planned',
  'sent',
  'completed',
  'ok',
  'errors',
  'dropped',
  'unsent',
  'qps',
  'errorRate',
  'bytesIn',
  'bytesOut',
  'achievedRate',
] as const;
const histograms = ['response', 'service', 'lateness', 'failed'] as const;
const messageFigures = ['sent', 'received', 'sentPerSec', 'receivedPerSec'] as const;
const statistics = [
  'min',
  'mean',
  'stdev',
  'p50',
  'p75',
  'p90',
  'p95',
  'p99',
  'p99_9',
  'p99_99',
  'max',
] as const;

function readSummary(value: unknown, where: string): Summary {
  const summary = record(value, where);
  const latencyUs = record(summary['latencyUs'], `${where}.latencyUs`);
  const messages = summary['messages'] ?? null;
  return {
    ...numbers<Pick<Summary, (typeof figures)[number]>>(summary, figures, where),
    targetRate: figureOrNull(summary['targetRate'], `${where}.targetRate`),
    latencyUs: Object.fromEntries(
      histograms.map((name) => [name, readLatency(latencyUs[name], `${where}.latencyUs.${name}`)]),
    ) as Record<keyof Latencies, LatencySummary>, // of all its names
    messages: messages === null ? null : readMessages(messages, `${where}.messages`),
  };
}

const pointFigures = ['t', 'sent', 'completed', 'errors', 'qps', 'inFlight'] as const;
const pointLatencies = ['p50Us', 'p99Us', 'maxUs', 'latenessP99Us'] as const;

function readTimeline(value: unknown, where: string): TimelinePoint[] {
  if (!Array.isArray(value) || value.length > MOST_SECONDS) throw expected(where, 'a list of seconds');
  return value.map((item: unknown, i) => {
    const at = `${where}[${i}]`;
    const point = record(item, at);
    const latencies = pointLatencies.map((name) => [name, figureOrNull(point[name], `${at}.${name}`)]);
    const targetQps = figureOrNull(point['targetQps'], `${at}.targetQps`);
    return {
      ...numbers<Pick<TimelinePoint, (typeof pointFigures)[number]>>(point, pointFigures, at),
      ...(Object.fromEntries(latencies) as Record<(typeof pointLatencies)[number], number | null>), // of all its names
      ...(targetQps === null ? {} : { targetQps }),
    };
  });
}

function readMessages(value: unknown, where: string): MessageSummary {
  return {
    ...numbers<Omit<MessageSummary, 'latencyUs'>>(value, messageFigures, where),
    latencyUs: readLatency(record(value, where)['latencyUs'], `${where}.latencyUs`),
  };
}

function readLatency(value: unknown, where: string): LatencySummary {
  const latency = record(value, where);
  const read = statistics.map((name) => [name, figureOrNull(latency[name], `${where}.${name}`)]);
  const all = Object.fromEntries(read) as Record<(typeof statistics)[number], number | null>;
  return { count: figure(latency['count'], `${where}.count`), ...all };
}

function numbers<T>(value: unknown, names: readonly (keyof T & string)[], where: string): T {
  const all = record(value, where);
  return Object.fromEntries(names.map((name) => [name, figure(all[name], `${where}.${name}`)])) as T; // of all its names
}

function counts(value: unknown, where: string): Record<string, number> {
  const entries = Object.entries(record(value, where)).slice(0, 1000);
  return Object.fromEntries(entries.map(([name, count]) => [name, figure(count, where)]));
}

function figureOrNull(value: unknown, where: string): number | null {
  return value === null || value === undefined ? null : figure(value, where);
}

function figure(value: unknown, where: string): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw expected(where, 'a number ≥ 0');
}

function record(value: unknown, where: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw expected(where, 'names and values');
}

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw usageError(`${where}: not JSON`, 'expected a result that run --out wrote');
  }
}

function expected(where: string, what: string): Error {
  return usageError(`${where}: expected ${what}`, 'expected a result that run --out wrote');
}
