import type { SignalSecond } from '../core/index.js';
import type { Track } from './track.js';
import type { Tracks } from './tracks.js';

/** A repeat of the measured window on the clock of the samples, and where it begins in the timeline. */
export interface Window {
  readonly startMs: number;
  readonly offsetSec: number;
}

/** Samples further apart leave a hole: what grew in between could have grown at any time. */
const MOST_GAP_MS = 2500;
const SLICE_MS = 100;
const QUIET = 0.25;
/** Below this much CPU in the usual slice there is no telling quiet from idle. */
const LEAST_USUAL_CORES = 0.01;

/** What was sampled as seconds of the timeline. @param times of the points of the timeline, in its order */
export function alignSeconds(
  tracks: Tracks,
  windows: readonly Window[],
  times: readonly number[],
): SignalSecond[] {
  const spans = times.map((t) => {
    const window = windows.findLast(({ offsetSec }) => offsetSec <= t + 1e-9);
    const startMs = window === undefined ? Number.NaN : window.startMs + 1000 * (t - window.offsetSec);
    return { t, fromMs: startMs, toMs: startMs + 1000 };
  });
  const quiet = quietTimes(tracks.cpuSec, spans);
  return spans.map(({ t, fromMs, toMs }, i) => {
    const grown = (track: Track) => tidy(track.grown(fromMs, toMs, MOST_GAP_MS));
    const periods = grown(tracks.periods);
    const throttled = grown(tracks.throttledPeriods);
    const references = grown(tracks.cacheReferences);
    const misses = grown(tracks.cacheMisses);
    return {
      t,
      cpuCores: grown(tracks.cpuSec),
      busiestThread: tidy(tracks.busiestThread.mean(fromMs, toMs)),
      quietMs: quiet[i] ?? null,
      runQueueMs: times1000(grown(tracks.waitSec)),
      voluntaryPerSec: grown(tracks.voluntary),
      involuntaryPerSec: grown(tracks.involuntary),
      throttledMs: grown(tracks.throttledMs),
      throttledShare:
        periods === null || throttled === null || periods < 1 ? null : tidy(throttled / periods),
      residentBytes: rounded(tracks.residentBytes.mean(fromMs, toMs)),
      gcMs: grown(tracks.gcMs),
      gcCpuMs: grown(tracks.gcCpuMs),
      cacheMissRatio:
        references === null || misses === null || references <= 0
          ? null
          : tidy(Math.min(1, misses / references)),
      rttMs: tidy(tracks.rttMs.mean(fromMs, toMs)),
      retransmits: grown(tracks.retransmits),
    };
  });
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Of each second, the milliseconds in slices that used less than a quarter of the CPU of the usual slice; null where
 * it was not sampled in slices.
 */
function quietTimes(cpuSec: Track, spans: readonly Span[]): (number | null)[] {
  const slices = spans.map(({ fromMs }) =>
    Array.from({ length: 1000 / SLICE_MS }, (_, i) => {
      const from = fromMs + i * SLICE_MS;
      return cpuSec.grown(from, from + SLICE_MS, 5 * SLICE_MS);
    }),
  );
  const known = slices
    .flat()
    .filter((grown) => grown !== null)
    .toSorted((a, b) => a - b);
  const usual = known[Math.floor(known.length / 2)];
  if (usual === undefined || usual < (LEAST_USUAL_CORES * SLICE_MS) / 1000) return spans.map(() => null);
  return slices.map((ofSecond) => {
    if (ofSecond.filter((grown) => grown !== null).length < ofSecond.length / 2) return null;
    return SLICE_MS * ofSecond.filter((grown) => grown !== null && grown < QUIET * usual).length;
  });
}

function times1000(value: number | null): number | null {
  return value === null ? null : tidy(value * 1000);
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value);
}

/** Six digits: what was measured has no more. */
function tidy(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(6));
}
