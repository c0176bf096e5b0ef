import { type FoundPattern, type Pattern, SLICES_PER_SEC } from '../core/index.js';
import { isEnough, type StallCase, type StallSuspect } from './blame-stalls.js';
import { type Cause, causes, LOST_SEGMENTS, seriesOf, usualOf, valueAt } from './causes.js';
import { alongside, chanceOf, holm } from './chance.js';
import { known, median } from './robust.js';
import { type Second, valuesOf } from './seconds.js';
import { episodesOf, type Height } from './spikes.js';
import { secondAfter } from './stalls.js';
import { stallsText, timesOf } from './words.js';

/** All that are tested together are wrong with this chance at most. */
const ALPHA = 0.015;
/** Within the seconds there is more to tell two things apart by, and more to coincide. */
const ALPHA_STALLS = 0.005;
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
  /** What accounts for the most first. */
  readonly found: readonly FoundPattern[];
  /** By second: whether a cause was found. */
  readonly explained: readonly boolean[];
  /** By stall: what it was, or null. */
  readonly stalls: readonly (Pattern | null)[];
}

/**
 * Holds spikes against every series: one is a cause where it is high enough to account for the tail, at the same
 * time, and more often than by chance. Stalls are held against what is known within the seconds, spikes against the
 * seconds as a whole, and all of that is tested together. The most direct cause comes first, and what it explains is
 * asked of no other.
 */
export function blameSpikes(
  seconds: readonly Second[],
  heights: readonly Height[],
  stallCase: StallCase,
): Blamed {
  const spikes = heights.map(({ spike }) => spike);
  const { stalls } = stallCase;
  const bySecond = causes
    .map((cause) => suspect(cause, seconds, heights, spikes, spikes))
    .filter((each) => each !== null);
  const together = [...bySecond, ...stallCase.suspects].map(({ chance }) => chance);
  // Those that could account for a spike and do so for too few were looked at as well, and chosen among by chance.
  const able = causes.filter((cause) => couldExplain(cause, seconds, heights, spikes));
  const passedOver = Math.max(0, able.length - bySecond.length);
  const strict = holm([...together, ...new Array<number>(passedOver).fill(1)]);
  const chances = holm(together);
  const chanceBySecond = new Map(bySecond.map(({ cause }, i) => [cause, strict[i] ?? 1]));
  const chanceByStall = new Map(
    stallCase.suspects.map((each, i) => [each, chances[bySecond.length + i] ?? 1]),
  );
  let left: readonly boolean[] = spikes;
  const ofStalls = new Array<Pattern | null>(stalls.length).fill(null);
  const found: { readonly pattern: FoundPattern; readonly weightMs: number }[] = [];
  const take = (explained: readonly boolean[], pattern: FoundPattern) => {
    const weightMs = heights.reduce(
      (sum, { excessMs }, i) => sum + (explained[i] === true ? excessMs : 0),
      0,
    );
    found.push({ pattern, weightMs });
    left = left.map((is, i) => is && explained[i] !== true);
  };
  const stallsNamed = (pattern: Pattern) => {
    for (const each of stallCase.suspects.filter(({ cause }) => cause.pattern === pattern)) {
      const chance = chanceByStall.get(each) ?? 1;
      const asked = ofStalls.map((named) => named === null);
      const own = each.explains.map((is, i) => is && asked[i] === true);
      if (chance > ALPHA_STALLS || !isEnough(own, asked)) continue;
      const explained = secondsOfStalls(stallCase, own, left);
      if (pattern === 'lock-or-queue' && !levelNetwork(seconds, aroundStalls(stallCase, own), spikes))
        continue;
      own.forEach((is, i) => {
        if (is) ofStalls[i] = pattern;
      });
      take(explained, describeStalls(each, own, stallCase, seconds, heights, explained, chance));
    }
  };
  const secondsNamed = (cause: Cause) => {
    const chance = chanceBySecond.get(cause) ?? 1;
    if (chance > ALPHA) return;
    const again = suspect(cause, seconds, heights, left, spikes);
    if (again === null) return;
    if (
      cause.pattern === 'lock-or-queue' &&
      !levelNetwork(
        seconds,
        again.explained.flatMap((is, i) => (is ? [[i]] : [])),
        spikes,
      )
    )
      return;
    take(again.explained, describe(again, seconds, heights, chance));
  };
  const asked = new Set<Pattern>();
  for (const cause of causes) {
    if (!asked.has(cause.pattern)) stallsNamed(cause.pattern);
    asked.add(cause.pattern);
    secondsNamed(cause);
  }
  return {
    found: found.toSorted((a, b) => b.weightMs - a.weightMs).map(({ pattern }) => pattern),
    explained: spikes.map((is, i) => is && left[i] !== true),
    stalls: ofStalls,
  };
}

/** The spikes that end some stalls: from the second in which one is answered, as long as the tail stands out. */
function secondsOfStalls(
  { stalls }: StallCase,
  own: readonly boolean[],
  spikes: readonly boolean[],
): boolean[] {
  const marked = new Array<boolean>(spikes.length).fill(false);
  for (const [i, stall] of stalls.entries()) {
    if (own[i] !== true) continue;
    const first = secondAfter(stall, spikes.length);
    for (let at = first; spikes[at] === true && at <= first + 1; at++) marked[at] = true;
    const began = Math.floor(stall.from / SLICES_PER_SEC);
    for (let at = began; at < first; at++) marked[at] = spikes[at] === true;
  }
  return marked;
}

/** Of each of some stalls, the seconds in which it lies, and the one after: a round trip is known once it has ended. */
function aroundStalls({ stalls }: StallCase, own: readonly boolean[]): number[][] {
  return stalls.flatMap(({ from, length }, i) => {
    if (own[i] !== true) return [];
    const first = Math.floor(from / SLICES_PER_SEC);
    const last = Math.floor((from + length) / SLICES_PER_SEC) + 1;
    return [Array.from({ length: last - first + 1 }, (_, at) => first + at)];
  });
}

/** Whether a series is so high, and often enough, that it could account for the spikes if they were where it is high. */
function couldExplain(
  cause: Cause,
  seconds: readonly Second[],
  heights: readonly Height[],
  spikes: readonly boolean[],
): boolean {
  const series = seriesOf(cause, seconds);
  const usual = usualOf(series, spikes);
  const excessMs = median(heights.filter(({ spike }) => spike).map((each) => each.excessMs));
  if (!isKnown(series) || usual === null || excessMs === null) return false;
  const high = series.filter((value) => value !== null && cause.explains(value, usual, excessMs)).length;
  const wanted = spikes.filter(Boolean).length;
  return high >= LEAST_EPISODES && (cause.back ? 2 : 1) * high >= SHARE * wanted;
}

function isKnown(series: readonly (number | null)[]): boolean {
  return known(series).length >= COVERED * series.length;
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
  if (!isKnown(series)) return null;
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
  const episodes = episodesOf(asked);
  const excess = heights.map(({ excessMs }) => excessMs);
  const chance = chanceOf(episodes, asked.length, alongside(above, cause.back, excess, episodes));
  return { cause, series, usual, explained, chance };
}

/**
 * A quiet service has nothing to do, or waits: where its network is known to be as always, it waits.
 * @param during the seconds of each event
 */
function levelNetwork(
  seconds: readonly Second[],
  during: readonly (readonly number[])[],
  spikes: readonly boolean[],
): boolean {
  const risen = (name: 'rttMs' | 'retransmits') => {
    const series = valuesOf(seconds, name);
    const usual = usualOf(series, spikes);
    const highest = during.flatMap((at) => {
      const seen = known(at.map((i) => series[i] ?? null));
      return seen.length === 0 ? [] : [Math.max(...seen)];
    });
    const then = median(highest);
    return usual === null || then === null ? null : then - usual;
  };
  const rtt = risen('rttMs');
  return rtt !== null && rtt < LEVEL_MS && (risen('retransmits') ?? 0) < LOST_SEGMENTS;
}

/** A step of what Linux shows of round trips is 10 ms. */
const LEVEL_MS = 15;

/** What a cause took of the stalls that it explains. */
function describeStalls(
  { cause, tookMs, usualMs }: StallSuspect,
  own: readonly boolean[],
  { stalls }: StallCase,
  seconds: readonly Second[],
  heights: readonly Height[],
  explained: readonly boolean[],
  chance: number,
): FoundPattern {
  const these = stalls.filter((_, i) => own[i] === true);
  const of = (values: readonly number[]) => median(values.filter((_, i) => own[i] === true)) ?? 0;
  const at = explained.flatMap((is, i) => (is ? [i] : []));
  const during = of(tookMs);
  return {
    pattern: cause.pattern,
    scope: 'spikes',
    seconds: at.map((i) => seconds[i]?.point.t ?? 0),
    summary: `in ${stallsText(these)}, ${cause.tell(during)}${after(cause)}`,
    evidence: [
      ...tailOf(at, seconds, heights),
      highestOf(seconds, explained, heights),
      { signal: 'stallMs', during: median(these.map(({ ms }) => ms)) ?? 0, baseline: null, p: null },
      { signal: cause.signal, during, baseline: of(usualMs), p: chance },
      ...moreEvidence(cause, seconds, explained, heights),
    ],
  };
}

function tailOf(
  at: readonly number[],
  seconds: readonly Second[],
  heights: readonly Height[],
): FoundPattern['evidence'] {
  const during = median(known(at.map((i) => seconds[i]?.point.p99Us ?? null))) ?? 0;
  return [
    { signal: 'p99Us', during, baseline: median(at.map((i) => heights[i]?.usualUs ?? 0)) ?? 0, p: null },
  ];
}

function describe(
  { cause, series, usual, explained }: Suspect,
  seconds: readonly Second[],
  heights: readonly Height[],
  chance: number | null,
): FoundPattern {
  const at = explained.flatMap((is, i) => (is ? [i] : []));
  const during = median(known(at.map((i) => valueAt(series, i, cause.back)))) ?? 0;
  const times = at.map((i) => seconds[i]?.point.t ?? 0);
  return {
    pattern: cause.pattern,
    scope: 'spikes',
    seconds: times,
    summary: `in ${timesOf(times, explained)} ${cause.tell(during, usual)}${after(cause)}`,
    evidence: [
      ...tailOf(at, seconds, heights),
      highestOf(seconds, explained, heights),
      { signal: cause.signal, during, baseline: usual, p: chance },
      ...moreEvidence(cause, seconds, explained, heights),
    ],
  };
}

function after({ pattern }: { readonly pattern: Pattern }): string {
  if (pattern !== 'lock-or-queue') return '';
  return ', and TCP was answered as fast as ever: requests waited in the service, for a lock, a queue or a call of its own';
}

/** What the reading of a pattern rests on besides its own series. */
function moreEvidence(
  { pattern, signal }: Pick<Cause, 'pattern'> & { readonly signal: string },
  seconds: readonly Second[],
  explained: readonly boolean[],
  heights: readonly Height[],
): FoundPattern['evidence'] {
  const spikes = heights.map(({ spike }) => spike);
  const besides = pattern === 'lock-or-queue' ? (['rttMs', 'cpuCores'] as const) : (['cpuCores'] as const);
  const signals = besides.flatMap((name) => {
    const series = seconds.map((second) => second.signals?.[name] ?? null);
    const during = median(known(series.filter((_, i) => explained[i] === true)));
    return during === null || name === signal
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
