import type { Diagnosis, FoundPattern, Pattern, Result, SignalName, Slices, Spike } from '../core/index.js';
import { signalNames } from '../core/index.js';
import { blameSpikes } from './blame.js';
import { StallCase } from './blame-stalls.js';
import { causes, valueAt } from './causes.js';
import { readThree } from './reading.js';
import { known, median, robustSigma } from './robust.js';
import { judgedSeconds, type Second, valuesOf } from './seconds.js';
import { type Height, heightsOf } from './spikes.js';
import { stallsBySecond } from './stalls.js';
import { throughout } from './throughout.js';
import { unexplained } from './unexplained.js';

/** Fewer seconds have no usual value. */
const LEAST_SECONDS = 10;
const OUT_OF_RANGE_SIGMAS = 5;

/**
 * What a run's timeline and the signals of its target say together: which pattern, in which seconds, by which figures.
 * A cause is named only where its own series was seen, moved with the tail, was large enough to account for it, and
 * did so more often than chance would; what is left is `unknown`.
 *
 * @param slices of the same timeline; null: nothing is known of what happened within its seconds
 */
export function diagnose(result: Result, slices: Slices | null = null): Diagnosis {
  const seconds = judgedSeconds(result);
  const judged = seconds.length;
  if (judged < LEAST_SECONDS) {
    const why = `${judged} whole second${judged === 1 ? '' : 's'} after the first; a diagnosis takes ${LEAST_SECONDS}`;
    return { patterns: [], spikes: [], stalls: [], reading: null, judgedSeconds: judged, why };
  }
  const stallCase = new StallCase(seconds, slices);
  const stallsMs = stallsBySecond(stallCase.stalls, judged);
  const heights = heightsOf(seconds, result.summary.targetRate === null, stallsMs);
  const spikes = heights.map(({ spike }) => spike);
  const { found, explained, stalls } = blameSpikes(seconds, heights, stallCase);
  const left = spikes.map((is, i) => is && explained[i] !== true);
  const steady = throughout(result, seconds);
  // What a generator at its limit sends is not what was asked for: the others are its shadows.
  const patterns = [...steady.filter(isGenerator), ...found, ...steady.filter((each) => !isGenerator(each))];
  return {
    patterns: [...patterns, ...unexplained(result, seconds, heights, left, stallCase)],
    spikes: heights.flatMap((height, i) => (height.spike ? [spikeOf(seconds, height, i, found)] : [])),
    stalls: stallCase.stalls.map(({ t, ms }, i) => ({ t, ms, cause: stalls[i] ?? 'unknown' })),
    reading: spikes.includes(true) ? readThree(seconds, spikes) : null,
    judgedSeconds: judged,
  };
}

function isGenerator({ pattern }: FoundPattern): boolean {
  return pattern === 'generator-limit';
}

function spikeOf(
  seconds: readonly Second[],
  { usualUs }: Height,
  at: number,
  found: readonly FoundPattern[],
): Spike {
  const t = seconds[at]?.point.t ?? 0;
  const named = found.filter((each) => each.seconds.includes(t)).map(({ pattern }) => pattern);
  const causesHere: readonly Pattern[] = named.length > 0 ? [...new Set(named)] : ['unknown'];
  return {
    t,
    p99Us: seconds[at]?.point.p99Us ?? 0,
    maxUs: seconds[at]?.point.maxUs ?? 0,
    usualUs,
    causes: causesHere,
    coincided: signalNames.filter((name) => outOfRange(name, seconds, at)),
  };
}

/** Beyond what the signal usually is, upwards: for a reader to look at, no proof of anything. */
function outOfRange(name: SignalName, seconds: readonly Second[], at: number): boolean {
  const series = valuesOf(seconds, name);
  const back = causes.some(({ signal, back }) => signal === name && back);
  const value = valueAt(series, at, back);
  const values = known(series);
  const usual = median(values);
  if (value === null || usual === null) return false;
  return (
    value > usual + Math.max(OUT_OF_RANGE_SIGMAS * robustSigma(values, usual), 0.2 * Math.abs(usual)) &&
    value > 0
  );
}
