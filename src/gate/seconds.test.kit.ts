import { type MeasuredSecond, OutcomeKind, outcomeKinds, type SecondsListener } from '../core/index.js';
import { IntervalHistogram } from '../record/histogram.js';
import type { WatchedRun } from './windows/window.js';

/** What specs say of a second of one operation; a second without anything in it is `{}`. */
export interface SecondParts {
  /** Response times of successful requests, µs. */
  readonly us?: readonly number[];
  readonly errors?: number;
  /** What ends in a second was sent before the first one where this is not said. */
  readonly sent?: number;
  readonly dropped?: number;
  readonly statuses?: readonly (readonly [number, number])[];
}

export const run: WatchedRun = { operations: [{ name: 'read' }], calls: false, rateOver: () => null };

/** Tells a listener of one repeat, a worker a second, and ends it. */
export function tellRepeat(
  listener: SecondsListener,
  seconds: readonly SecondParts[],
  { repeat = 1, durationSec = seconds.length }: { repeat?: number; durationSec?: number } = {},
): void {
  seconds.forEach((parts, second) => {
    listener.second(secondOf(parts, second, durationSec, repeat));
  });
  listener.repeatEnds(durationSec);
}

export function secondOf(
  parts: SecondParts,
  second: number,
  durationSec = second + 1,
  repeat = 1,
): MeasuredSecond {
  const { us = [], errors = 0, dropped = 0, statuses = [], sent = 0 } = parts;
  const response = new IntervalHistogram();
  for (const value of us) response.record(value * 1000);
  const outcomes = new Float64Array(outcomeKinds.length);
  outcomes[OutcomeKind.ok] = us.length;
  outcomes[OutcomeKind.status] = errors;
  const none = new IntervalHistogram().take();
  const lengthSec = Math.max(0, Math.min(1, durationSec - second));
  const completed = lengthSec > 0 ? us.length + errors : 0;
  const operation = {
    sent,
    outcomes,
    dropped,
    completedInWindow: completed,
    bytesIn: 0,
    bytesOut: 0,
    statuses,
    response: response.take(),
    service: null,
    lateness: null,
    failed: none,
    messages: null,
  };
  const figures = { sent: 0, completed, errors, qps: completed, p50Us: null, p99Us: null, maxUs: null };
  return {
    repeat,
    second,
    lengthSec,
    snapshots: [
      {
        worker: 0,
        second,
        operations: [operation],
        inFlight: 0,
        progress: { startNs: 0, atNs: [], completed: [] },
      },
    ],
    point: lengthSec > 0 ? { t: second, ...figures, inFlight: 0, latenessP99Us: null } : null,
  };
}
