import type { FoundPattern } from '../core/index.js';
import { type Cause, causes, seriesOf, usualOf, valueAt } from './causes.js';
import { chanceOf, holm } from './chance.js';
import { known, median } from './robust.js';
import type { Second } from './seconds.js';
import { episodesOf, type Height } from './spikes.js';
import { timesOf } from './words.js';

/** All that are tested together are wrong with this chance at most. */
const ALPHA = 0.01;
/** A series that is known for fewer of the seconds is no witness. */
const COVERED = 0.8;
/** A cause explains at least so many of the spikes that are left. */
const SHARE = 0.3;
/** Two coincide by chance too easily for one event to prove a cause. */
const LEAST_EPISODES = 2;

interface Suspect {
  readonly cause: Cause;
  readonly series: readonly (number | null)[];
  readonly usual: number;
  /** Which of the spikes it explains. */
  readonly explained: readonly boolean[];
  readonly chance: number;
}

export interface Blamed {
  readonly found: readonly FoundPattern[];
  /** By second: whether a cause was found. */
  readonly explained: readonly boolean[];
}

/**
 * Holds spikes against every series: one is a cause where it is high enough to account for the tail, in the same
 * seconds, and more often than by chance. The most direct one comes first, and what it explains is asked of no other.
 */
export function blameSpikes(seconds: readonly Second[], heights: readonly Height[]): Blamed {
  const spikes = heights.map(({ spike }) => spike);
  let left = spikes;
  const found: FoundPattern[] = [];
  const adjusted = suspectsOf(seconds, heights, left);
  const proven = new Set(adjusted.filter(({ chance }) => chance <= ALPHA).map(({ cause }) => cause));
  for (const cause of causes.filter((each) => proven.has(each))) {
    const again = suspect(cause, seconds, heights, left, spikes);
    if (again === null) continue;
    if (cause.pattern === 'lock-or-queue' && !levelRoundTrips(seconds, again.explained, spikes)) continue;
    const chance = adjusted.find((each) => each.cause === cause)?.chance ?? null;
    found.push(describe(again, seconds, heights, chance));
    left = left.map((is, i) => is && again.explained[i] !== true);
  }
  return { found, explained: spikes.map((is, i) => is && left[i] !== true) };
}

function suspectsOf(
  seconds: readonly Second[],
  heights: readonly Height[],
  spikes: readonly boolean[],
): Suspect[] {
  const suspects = causes
    .map((cause) => suspect(cause, seconds, heights, spikes, spikes))
    .filter((each) => each !== null);
  const chances = holm(suspects.map(({ chance }) => chance));
  return suspects.map((each, i) => ({ ...each, chance: chances[i] ?? 1 }));
}

/** Null: it is not known, explains too few, or is nothing to speak of. */
function suspect(
  cause: Cause,
  seconds: readonly Second[],
  heights: readonly Height[],
  asked: readonly boolean[],
  spikes: readonly boolean[],
): Suspect | null {
  const series = seriesOf(cause, seconds);
  if (known(series).length < COVERED * series.length) return null;
  const usual = usualOf(series, spikes);
  const wanted = asked.filter(Boolean).length;
  if (usual === null || wanted === 0) return null;
  const explained = heights.map(({ excessMs }, i) => {
    const value = valueAt(series, i, cause.back);
    return asked[i] === true && value !== null && cause.explains(value, usual, excessMs);
  });
  const count = explained.filter(Boolean).length;
  if (count < SHARE * wanted || episodesOf(explained).length < LEAST_EPISODES) return null;
  // All spikes that are asked about, those that it does not explain too: choosing them would not be chance.
  const above = series.map((value) => Math.max(0, (value ?? usual) - usual));
  const chance = chanceOf(asked, above, cause.back);
  return { cause, series, usual, explained, chance };
}

/** A quiet service has nothing to do, or waits: where its network is known to be as always, it waits. */
function levelRoundTrips(
  seconds: readonly Second[],
  during: readonly boolean[],
  spikes: readonly boolean[],
): boolean {
  const rtts = seconds.map(({ signals }) => signals?.rttMs ?? null);
  const usual = usualOf(rtts, spikes);
  const then = median(known(rtts.filter((_, i) => during[i] === true)));
  return usual !== null && then !== null && then - usual < LEVEL_MS;
}

/** A step of what Linux shows of round trips is 10 ms. */
const LEVEL_MS = 15;

function describe(
  { cause, series, usual, explained }: Suspect,
  seconds: readonly Second[],
  heights: readonly Height[],
  chance: number | null,
): FoundPattern {
  const at = explained.flatMap((is, i) => (is ? [i] : []));
  const during = median(known(at.map((i) => valueAt(series, i, cause.back)))) ?? 0;
  const p99Us = median(known(at.map((i) => seconds[i]?.point.p99Us ?? null))) ?? 0;
  const usualUs = median(at.map((i) => heights[i]?.usualUs ?? 0)) ?? 0;
  const times = at.map((i) => seconds[i]?.point.t ?? 0);
  return {
    pattern: cause.pattern,
    scope: 'spikes',
    seconds: times,
    summary: `in ${timesOf(times, explained)} ${cause.tell(during, usual)}${after(cause)}`,
    evidence: [
      { signal: 'p99Us', during: p99Us, baseline: usualUs, p: null },
      highestOf(seconds, explained, heights),
      { signal: cause.signal, during, baseline: usual, p: chance },
      ...moreEvidence(cause, seconds, explained, heights),
    ],
  };
}

function after({ pattern }: Cause): string {
  if (pattern !== 'lock-or-queue') return '';
  return ', and TCP was answered as fast as ever: requests waited in the service, for a lock, a queue or a call of its own';
}

/** What the reading of a pattern rests on besides its own series. */
function moreEvidence(
  { pattern, signal }: Cause,
  seconds: readonly Second[],
  explained: readonly boolean[],
  heights: readonly Height[],
): FoundPattern['evidence'] {
  const spikes = heights.map(({ spike }) => spike);
  const besides = pattern === 'lock-or-queue' ? (['rttMs', 'cpuCores'] as const) : (['cpuCores'] as const);
  const signals = besides.flatMap((name) => {
    const series = seconds.map((second) => second.signals?.[name] ?? null);
    const during = median(known(series.filter((_, i) => explained[i] === true)));
    return during === null || name === (signal as string)
      ? []
      : [{ signal: name, during, baseline: usualOf(series, spikes), p: null }];
  });
  const qps = seconds.map(({ point }) => point.qps);
  const qpsThen = median(qps.filter((_, i) => explained[i] === true));
  return [
    ...(qpsThen === null
      ? []
      : [{ signal: 'qps' as const, during: qpsThen, baseline: usualOf(qps, spikes), p: null }]),
    ...signals,
  ];
}

/** The highest response in some seconds, and in those without a spike. */
export function highestOf(
  seconds: readonly Second[],
  marked: readonly boolean[],
  heights: readonly Height[],
): FoundPattern['evidence'][number] {
  const series = seconds.map(({ point }) => point.maxUs);
  const baseline = usualOf(
    series,
    heights.map(({ spike }) => spike),
  );
  return {
    signal: 'maxUs',
    during: median(known(series.filter((_, i) => marked[i] === true))) ?? 0,
    baseline,
    p: null,
  };
}
