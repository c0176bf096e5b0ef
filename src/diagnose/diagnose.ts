import type { Diagnosis, FoundPattern, Pattern, Result, SignalName, Spike } from '../core/index.js';
import { signalNames } from '../core/index.js';
import { blameSpikes, highestOf } from './blame.js';
import { causes, valueAt } from './causes.js';
import { readThree } from './reading.js';
import { known, median, robustSigma } from './robust.js';
import { judgedSeconds, type Second, valuesOf } from './seconds.js';
import { type Height, heightsOf } from './spikes.js';
import { throughout } from './throughout.js';
import { timesOf } from './words.js';

/** Fewer seconds have no usual value. */
const LEAST_SECONDS = 10;
const OUT_OF_RANGE_SIGMAS = 5;

/**
 * What a run's timeline and the signals of its target say together: which pattern, in which seconds, by which figures.
 * A cause is named only where its own series was seen, moved with the tail, was large enough to account for it, and
 * did so more often than chance would; what is left is `unknown`.
 */
export function diagnose(result: Result): Diagnosis {
  const seconds = judgedSeconds(result);
  const judged = seconds.length;
  if (judged < LEAST_SECONDS) {
    const why = `${judged} whole second${judged === 1 ? '' : 's'} after the first; a diagnosis takes ${LEAST_SECONDS}`;
    return { patterns: [], spikes: [], reading: null, judgedSeconds: judged, why };
  }
  const heights = heightsOf(seconds, result.summary.targetRate === null);
  const spikes = heights.map(({ spike }) => spike);
  const { found, explained } = blameSpikes(seconds, heights);
  const left = spikes.map((is, i) => is && explained[i] !== true);
  const steady = throughout(result, seconds);
  // What a generator at its limit sends is not what was asked for: the others are its shadows.
  const patterns = [...steady.filter(isGenerator), ...found, ...steady.filter((each) => !isGenerator(each))];
  return {
    patterns: [...patterns, ...unexplained(result, seconds, heights, left)],
    spikes: heights.flatMap((height, i) => (height.spike ? [spikeOf(seconds, height, i, found)] : [])),
    reading: spikes.includes(true) ? readThree(seconds, spikes) : null,
    judgedSeconds: judged,
  };
}

function isGenerator({ pattern }: FoundPattern): boolean {
  return pattern === 'generator-limit';
}

function unexplained(
  { signals }: Result,
  seconds: readonly Second[],
  heights: readonly Height[],
  left: readonly boolean[],
): FoundPattern[] {
  const at = left.flatMap((is, i) => (is ? [i] : []));
  if (at.length === 0) return [];
  const times = at.map((i) => seconds[i]?.point.t ?? 0);
  const during = median(known(at.map((i) => seconds[i]?.point.p99Us ?? null))) ?? 0;
  const baseline = median(at.map((i) => heights[i]?.usualUs ?? 0)) ?? 0;
  const seen = signalNames.filter((name) => signals?.seconds.some((second) => second[name] !== null));
  const all =
    seen.length === 0 ? 'no signal of the target was seen' : 'no signal that was seen moved with it';
  return [
    {
      pattern: 'unknown',
      scope: 'spikes',
      seconds: times,
      summary: `in ${timesOf(times, left)} the tail stands out, and ${all} beyond chance`,
      evidence: [{ signal: 'p99Us', during, baseline, p: null }, highestOf(seconds, left, heights)],
    },
  ];
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
