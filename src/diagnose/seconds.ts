import {
  type Result,
  type SignalName,
  type SignalSecond,
  SLICES_PER_SEC,
  type TimelinePoint,
} from '../core/index.js';

/** A second that is judged. */
export interface Second {
  readonly point: TimelinePoint;
  /** Null: not looked at in this second. */
  readonly signals: SignalSecond | null;
  /** Which point of the timeline it is. */
  readonly index: number;
}

/** A last second of less than this is no second. */
const SHORTEST_SEC = 0.9;

/**
 * The seconds of a run that are alike: without the first of each repeat, in which connections, caches and compilers
 * are warmed, and without a last one that is shorter.
 */
export function judgedSeconds({ timeline, runs, summary, signals }: Result): Second[] {
  const bounds: { fromSec: number; toSec: number }[] = [];
  for (const { durationSec } of runs.length > 0 ? runs : [summary]) {
    const fromSec = bounds.at(-1)?.toSec ?? 0;
    bounds.push({ fromSec, toSec: fromSec + durationSec });
  }
  const byTime = new Map(signals?.seconds.map((second) => [keyOf(second.t), second]));
  return timeline.flatMap((point, index): Second[] => {
    const run = bounds.findLast(({ fromSec }) => fromSec <= point.t + 1e-6);
    if (run === undefined || point.t < run.fromSec + 0.5 || point.t + SHORTEST_SEC > run.toSec) return [];
    return [{ point, signals: byTime.get(keyOf(point.t)) ?? null, index }];
  });
}

function keyOf(t: number): number {
  return Math.round(t * 1000);
}

/** The slices of some seconds, one after another. */
export function slicesOf(
  seconds: readonly Second[],
  slices: readonly (number | null)[],
): readonly (number | null)[] {
  return seconds.flatMap(({ index }) => slices.slice(index * SLICES_PER_SEC, (index + 1) * SLICES_PER_SEC));
}

export function valuesOf(seconds: readonly Second[], name: SignalName): (number | null)[] {
  return seconds.map(({ signals }) => signals?.[name] ?? null);
}
