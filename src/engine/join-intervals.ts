import type { CoarseInterval } from '../record/index.js';
import type { Repeat } from './collect.js';

/** Of a whole result; see `LatencyInterval`. */
const MOST_INTERVALS = 600;

/** Response times by the second, one repeat after the other, as if there had been no time between them. */
export function joinIntervals(repeats: readonly Repeat[]): CoarseInterval[] {
  return joined(repeats, ({ collected, window }, most) => collected.intervals(window.durationSec, most));
}

/** See `RepeatCollector.intervalsOf`. */
export function joinIntervalsOf(
  rows: readonly number[],
  repeats: readonly Repeat[],
): CoarseInterval[] | null {
  const kept = repeats.every(({ collected }) => collected.keepsOperations);
  if (!kept || repeats.length === 0) return null;
  return joined(repeats, ({ collected, window }, most) =>
    collected.intervalsOf(rows, window.durationSec, most),
  );
}

function joined(
  repeats: readonly Repeat[],
  intervalsOf: (repeat: Repeat, most: number) => readonly CoarseInterval[],
): CoarseInterval[] {
  const most = Math.max(1, Math.floor(MOST_INTERVALS / repeats.length));
  let offsetSec = 0;
  return repeats.flatMap((repeat) => {
    const startSec = offsetSec;
    offsetSec += repeat.window.durationSec;
    return intervalsOf(repeat, most).map((interval) => ({ ...interval, t: interval.t + startSec }));
  });
}
