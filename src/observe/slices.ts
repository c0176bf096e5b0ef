import { SLICE_MS, SLICES_PER_SEC, type SliceName, type Slices } from '../core/index.js';
import type { Answers } from './answers.js';
import type { Track } from './track.js';
import type { Tracks } from './tracks.js';

/** A second of the timeline on the clock of the samples. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  readonly repeat: number;
}

/** What is looked at ten times a second has no larger hole, unless looks were spaced out. */
const MOST_GAP_MS = 5 * SLICE_MS;
/** Samples of a metrics page further apart leave a hole. */
const MOST_PAGE_GAP_MS = 2500;
const QUIET = 0.25;
/** Below this much CPU in the usual slice there is no telling quiet from idle. */
const LEAST_USUAL_CORES = 0.01;

type Values = (number | null)[];

/** What was sampled in slices of the timeline's seconds, in their order. */
export function alignSlices(tracks: Tracks, answers: Answers, spans: readonly Span[]): Slices {
  const slices = spans.flatMap(({ fromMs, repeat }) =>
    Array.from({ length: SLICES_PER_SEC }, (_, i) => ({ fromMs: fromMs + i * SLICE_MS, repeat })),
  );
  const grown = (track: Track, scale: number, gapMs = MOST_GAP_MS): Values =>
    slices.map(({ fromMs }) => {
      const value = track.grown(fromMs, fromMs + SLICE_MS, gapMs);
      return value === null ? null : scale * value;
    });
  const cpuMs = grown(tracks.cpuSec, 1000);
  const all: Record<SliceName, Values> = {
    answered: slices.map(({ fromMs, repeat }) => answers.answered(repeat, fromMs, fromMs + SLICE_MS)),
    generatorStillMs: slices.map(({ fromMs, repeat }) => answers.stillMs(repeat, fromMs, fromMs + SLICE_MS)),
    cpuMs,
    quietMs: quietTimes(cpuMs),
    runQueueMs: grown(tracks.waitSec, 1000),
    throttledMs: grown(tracks.throttledMs, 1),
    gcMs: grown(pausesOf(tracks), 1, MOST_PAGE_GAP_MS),
  };
  return all;
}

/** Pauses of a collector: as a page counts them, and else as the threads of a JVM tell. */
export function pausesOf({ gcMs, pausedMs }: Tracks): Track {
  return gcMs.atMs.length > 0 ? gcMs : pausedMs;
}

/** A slice that used less than a quarter of the CPU of the usual one is quiet, whole; null where it is not known. */
function quietTimes(cpuMs: Values): Values {
  const known = cpuMs.filter((value) => value !== null).toSorted((a, b) => a - b);
  const usual = known[Math.floor(known.length / 2)];
  if (usual === undefined || usual < LEAST_USUAL_CORES * SLICE_MS) return cpuMs.map(() => null);
  return cpuMs.map((value) => (value === null ? null : value < QUIET * usual ? SLICE_MS : 0));
}

/** Of each second, the sum of its slices; null where fewer than half of them are known. */
export function secondsOf(slices: readonly (number | null)[]): (number | null)[] {
  return Array.from({ length: slices.length / SLICES_PER_SEC }, (_, i) => {
    const known = slices
      .slice(i * SLICES_PER_SEC, (i + 1) * SLICES_PER_SEC)
      .filter((value) => value !== null);
    return known.length < SLICES_PER_SEC / 2 ? null : known.reduce((sum, value) => sum + value, 0);
  });
}
