import type { Pacer, Replay, ReplayLog } from '../core/index.js';
import type { HitsReader } from './hits-file.js';

/** A position of a run as a place in the log: a log that begins again has laps. */
export function placeOf(
  position: number,
  { hits }: ReplayLog,
): { readonly hit: number; readonly lap: number } {
  const lap = Math.floor(position / hits);
  return { hit: position - lap * hits, lap };
}

/**
 * When the hits of a log are due: as far from the first as they were logged, over the speed.
 *
 * @param total hits of the stretch
 */
export function replayPacer(
  { speed, loop }: Replay,
  log: ReplayLog,
  reader: HitsReader,
  total: number | null,
): Pacer {
  if (speed === null) return { total, dueNs: () => null };
  const nsOf = (logMs: number) => (logMs * 1e6) / speed;
  return {
    total,
    dueNs: (position) => {
      const { hit, lap } = placeOf(position, log);
      if (lap > 0 && !loop) return nsOf(log.spanMs);
      reader.seek(hit);
      return nsOf(lap * log.spanMs + reader.timeMs);
    },
  };
}

/** How many hits are due before `durationMs`; all there are without a bound. */
export function hitsWithin(durationMs: number, replay: Replay, log: ReplayLog, reader: HitsReader): number {
  if (replay.speed === null) return replay.loop ? Number.POSITIVE_INFINITY : log.hits;
  const logMs = durationMs * replay.speed;
  const laps = Math.floor(logMs / log.spanMs);
  if (laps > 0 && !replay.loop) return log.hits;
  let low = 0;
  while (low < log.hits) {
    reader.seek(low);
    if (reader.timeMs >= logMs - laps * log.spanMs) break;
    low++;
  }
  return laps * log.hits + low;
}
