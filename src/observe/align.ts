import type { SignalSecond, Slices } from '../core/index.js';
import { pausesOf, type Span, secondsOf } from './slices.js';
import type { Track } from './track.js';
import type { Tracks } from './tracks.js';

/** A repeat of the measured window on the clock of the samples, and where it begins in the timeline. */
export interface Window {
  readonly startMs: number;
  readonly offsetSec: number;
  readonly repeat: number;
}

/** Samples further apart leave a hole: what grew in between could have grown at any time. */
const MOST_GAP_MS = 2500;
const LATE_MS = 500;

/** Where the seconds of a timeline lie. @param times of its points, in its order */
export function spansOf(windows: readonly Window[], times: readonly number[]): Span[] {
  return times.map((t) => {
    const window = windows.findLast(({ offsetSec }) => offsetSec <= t + 1e-9);
    const fromMs = window === undefined ? Number.NaN : window.startMs + 1000 * (t - window.offsetSec);
    return { fromMs, toMs: fromMs + 1000, repeat: window?.repeat ?? 0 };
  });
}

/** What was sampled as seconds of the timeline. @param times of its points, as `spans` and `slices` have them */
export function alignSeconds(
  tracks: Tracks,
  times: readonly number[],
  spans: readonly Span[],
  slices: Slices,
): SignalSecond[] {
  const quiet = secondsOf(slices.quietMs);
  return spans.map(({ fromMs, toMs }, i) => {
    const grown = (track: Track) => tidy(track.grown(fromMs, toMs, MOST_GAP_MS));
    // Looked at once a second, and now and then a little late.
    const gauge = (track: Track) => track.mean(fromMs, toMs) ?? track.mean(fromMs - LATE_MS, toMs + LATE_MS);
    const periods = grown(tracks.periods);
    const throttled = grown(tracks.throttledPeriods);
    const references = grown(tracks.cacheReferences);
    const misses = grown(tracks.cacheMisses);
    return {
      t: times[i] ?? 0,
      cpuCores: grown(tracks.cpuSec),
      busiestThread: tidy(gauge(tracks.busiestThread)),
      wantedCpu: tidy(gauge(tracks.wantedCpu)),
      quietMs: quiet[i] ?? null,
      runQueueMs: times1000(grown(tracks.waitSec)),
      voluntaryPerSec: grown(tracks.voluntary),
      involuntaryPerSec: grown(tracks.involuntary),
      throttledMs: grown(tracks.throttledMs),
      throttledShare:
        periods === null || throttled === null || periods < 1 ? null : tidy(throttled / periods),
      residentBytes: rounded(gauge(tracks.residentBytes)),
      gcMs: grown(pausesOf(tracks)),
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
