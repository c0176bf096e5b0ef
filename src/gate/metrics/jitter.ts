import type { TimelinePoint } from '../../core/index.js';
import type { Metric } from '../metric.js';

/** What of a second can jitter. Null: the second has no data. */
const figures: Readonly<Record<string, (point: TimelinePoint) => number | null>> = {
  // A load whose rate changes is meant to: what jitters is the share of it that was served. Of nothing there is none.
  qps: ({ qps, targetQps }) => {
    if (targetQps === undefined) return qps;
    return targetQps === 0 ? null : qps / targetQps;
  },
  p50: ({ p50Us }) => p50Us,
  p99: ({ p99Us }) => p99Us,
  max: ({ maxUs }) => maxUs,
};

/** Shorter seconds are the last of a window, and no measure of a whole one. */
const WHOLE_SEC = 0.999;

/**
 * How much a figure changes from second to second: the standard deviation of its values in the whole seconds of the
 * window, over their mean (the coefficient of variation). Unlike the largest deviation it does not grow with the
 * length of a run.
 */
export const jitter: Metric = {
  names: ['jitter'],
  perOperation: false,
  argument: Object.keys(figures).join(' or '),
  readings(_, qualifier) {
    const of = Object.hasOwn(figures, qualifier) ? figures[qualifier] : undefined;
    if (of === undefined) return null;
    return {
      share: (scope, { timeline }) =>
        variation(
          wholeSeconds(timeline, scope.durationSec)
            .map(of)
            .filter((value) => value !== null),
        ),
    };
  },
};

function wholeSeconds(timeline: readonly TimelinePoint[], durationSec: number): TimelinePoint[] {
  const endSec = (timeline[0]?.t ?? 0) + durationSec;
  return timeline.filter(({ t }, i) => (timeline[i + 1]?.t ?? endSec) - t >= WHOLE_SEC);
}

/** Of a sample, so with n − 1; null where there are fewer than two values, or nothing but zeros. */
function variation(values: readonly number[]): number | null {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2 || !(mean > 0)) return null;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1)) / mean;
}
