import {
  type MeasuredSecond,
  OutcomeKind,
  outcomeKinds,
  type Plan,
  type TimelinePoint,
} from '../core/index.js';
import { load } from '../profile/plan.test.kit.js';
import { IntervalHistogram } from '../record/histogram.js';

/** Successful responses: how many took how long. */
type Latencies = readonly (readonly [ns: number, count: number])[];

interface SecondChanges {
  readonly point?: TimelinePoint;
  /** Of the operations after the first. */
  readonly more?: readonly Latencies[];
  /** Requests of the first operation that failed with a status. */
  readonly errors?: number;
}

/** A closed loop of ten seconds, unless the profile's load says otherwise. */
export function planFor({
  operations = ['read'],
  load: text = '{ connections: 4 }',
  tags = '{}',
}: {
  operations?: readonly string[];
  load?: string;
  tags?: string;
} = {}): Plan {
  const lines = operations.map((name) => `  ${JSON.stringify(name)}: { get: /kv/1 }`);
  return load(
    `version: 1\nname: hot\ntarget: http://127.0.0.1:8080\ntags: ${tags}\noperations:\n${lines.join('\n')}\nload: ${text}\nphases: { warmup: 0s, measure: 10s }\n`,
  );
}

/** What one worker did in a second. */
export function secondOf(
  second: number,
  latencies: Latencies,
  { point = pointAt(second), more = [], errors = 0 }: SecondChanges = {},
): MeasuredSecond {
  const operations = [latencies, ...more].map((each, i) => operationOf(each, i === 0 ? errors : 0));
  const snapshots = [
    { worker: 0, second, operations, inFlight: 0, progress: { startNs: 0, atNs: [], completed: [] } },
  ];
  return { repeat: 1, second, lengthSec: 1, snapshots, point };
}

export function pointAt(t: number, changes: Partial<TimelinePoint> = {}): TimelinePoint {
  const counts = { sent: 0, completed: 0, errors: 0, qps: 0, inFlight: 0 };
  return { t, ...counts, p50Us: null, p99Us: null, maxUs: null, latenessP99Us: null, ...changes };
}

function operationOf(latencies: Latencies, errors: number) {
  const response = new IntervalHistogram();
  let ok = 0;
  for (const [ns, count] of latencies) {
    for (let i = 0; i < count; i++) response.record(ns);
    ok += count;
  }
  const outcomes = new Float64Array(outcomeKinds.length);
  outcomes[OutcomeKind.ok] = ok;
  outcomes[OutcomeKind.status] = errors;
  return {
    sent: ok + errors,
    outcomes,
    dropped: 0,
    completedInWindow: ok + errors,
    bytesIn: ok,
    bytesOut: ok,
    statuses: [],
    response: response.take(),
    service: null,
    lateness: null,
    failed: new IntervalHistogram().take(),
    messages: null,
  };
}
