import type { Result } from '../../core/index.js';
import type { WatchedRun } from './window.js';

/**
 * The result with the rates that random arrivals really asked for, in all and in each second. A target that answers
 * all of the 88 requests that came in place of 100 has missed nothing.
 */
export function asAsked(result: Result, { rateOver }: WatchedRun): Result {
  const { summary, operations, runs } = result;
  const wholeSec = runs.reduce((sum, { durationSec }) => sum + durationSec, 0);
  const asked = runs.reduce((sum, { durationSec }) => sum + (rateOver(0, durationSec) ?? 0) * durationSec, 0);
  if (wholeSec === 0 || summary.targetRate === null || summary.targetRate === 0) return result;
  const factor = asked / wholeSec / summary.targetRate;
  return {
    ...result,
    summary: { ...summary, targetRate: summary.targetRate * factor },
    operations: operations.map((operation) =>
      operation.targetRate === null ? operation : { ...operation, targetRate: operation.targetRate * factor },
    ),
    timeline: secondsAsAsked(result, rateOver),
  };
}

/** Repeats lie one after the other on the timeline, each with the arrivals of the seed from the first one on. */
function secondsAsAsked({ timeline, runs }: Result, rateOver: WatchedRun['rateOver']): Result['timeline'] {
  let repeat = 0;
  let startSec = 0;
  return timeline.map((point) => {
    for (
      let endSec = startSec + (runs[repeat]?.durationSec ?? 0);
      repeat < runs.length - 1 && point.t >= endSec;
      endSec += runs[repeat]?.durationSec ?? 0
    ) {
      startSec = endSec;
      repeat++;
    }
    const second = Math.round(point.t - startSec);
    const targetQps = rateOver(second, second + 1);
    return targetQps === null ? point : { ...point, targetQps };
  });
}
