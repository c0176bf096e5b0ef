import type { Result, SignalName, TimelinePoint } from '../../core/index.js';
import { patternNames } from '../diagnosis.js';
import { loadHistograms, type UseHistogram } from '../histogram.js';
import type { ReportContext } from '../report-format.js';
import type { CurveData, HeatData, KeyData, PageData, SignalData, TimelineData } from './page-data.js';

/** Points of a curve for a tenfold of the distance to 100 %. */
const POINTS_A_NINE = 16;
/** More than a wide screen has pixels for is not drawn. */
const MOST_POINTS = 1200;
const MOST_STRETCHES = 600;
const BANDS_A_DECADE = 12;
const MOST_KEYS = 8;

/** Everything that the page draws. Rejects with a ZipfireError `usage` when a histogram cannot be read. */
export async function gatherPageData(result: Result, baseline: ReportContext['baseline']): Promise<PageData> {
  const withHistogram = await loadHistograms();
  return {
    curves: curvesOf(result, baseline, withHistogram),
    timeline: timelineOf(result),
    signals: signalsOf(result),
    heat: heatOf(result, withHistogram),
    keys: Object.entries(result.keys)
      .slice(0, MOST_KEYS)
      .flatMap(([name, { ranks = [] }]) => (ranks.length < 2 ? [] : [keysOf(name, ranks)])),
  };
}

function curvesOf(
  { histograms, summary }: Result,
  baseline: ReportContext['baseline'],
  withHistogram: UseHistogram,
): CurveData[] {
  const curve = (kind: 'response' | 'service'): CurveData[] =>
    histograms[kind] === '' ? [] : [readCurve(histograms[kind], kind, withHistogram)];
  const before = (baseline?.curve ?? []).filter(({ us }) => us > 0);
  return [
    ...curve('response'),
    // In a closed loop the two are the same.
    ...(summary.targetRate === null ? [] : curve('service')),
    ...(baseline === null || before.length === 0
      ? []
      : [
          {
            kind: 'baseline' as const,
            label: baseline.name.slice(0, 60),
            nines: before.map(({ quantile }) => digits(-Math.log10(1 - quantile))),
            us: before.map(({ us }) => digits(us)),
          },
        ]),
  ].filter(({ us }) => us.length > 1);
}

function readCurve(encoded: string, kind: 'response' | 'service', withHistogram: UseHistogram): CurveData {
  return withHistogram(encoded, `histograms.${kind}`, (histogram) => {
    const count = histogram.totalCount;
    const nines: number[] = [];
    const us: number[] = [];
    for (let i = 0; count > 0 && 10 ** (-i / POINTS_A_NINE) * count >= 1; i++) {
      nines.push(digits(i / POINTS_A_NINE));
      const ns = histogram.getValueAtPercentile(100 * (1 - 10 ** (-i / POINTS_A_NINE)));
      us.push(digits(Math.max(1, ns) / 1000));
    }
    return { kind, label: kind, nines, us };
  });
}

/** Several seconds in one where there are too many: rates as their mean, P50 and P99 as the worst of them. */
function timelineOf(result: Result): TimelineData | null {
  const { timeline, gates, diagnosis } = result;
  if (timeline.length < 2) return null;
  const size = Math.ceil(timeline.length / MOST_POINTS);
  const groups: TimelinePoint[][] = [];
  for (let i = 0; i < timeline.length; i += size) groups.push(timeline.slice(i, i + size));
  const mean = (group: readonly TimelinePoint[], pick: (point: TimelinePoint) => number) =>
    digits(group.reduce((sum, point) => sum + pick(point), 0) / group.length);
  const worst = (pick: (point: TimelinePoint) => number | null) =>
    groups.map((group) => {
      const known = group.map(pick).filter((value) => value !== null);
      return known.length === 0 ? null : digits(Math.max(...known));
    });
  const hasTarget = timeline.some(({ targetQps }) => targetQps !== undefined);
  const span = spanOf(result);
  const stretches = stretchesOf(groups, span.range[1]);
  return {
    ...span,
    t: stretches.map(middleOf),
    qps: groups.map((group) => mean(group, ({ qps }) => qps)),
    targetQps: hasTarget ? groups.map((group) => mean(group, ({ targetQps }) => targetQps ?? 0)) : null,
    p50Us: worst(({ p50Us }) => p50Us),
    p99Us: worst(({ p99Us }) => p99Us),
    maxUs: worst(({ maxUs }) => maxUs),
    errors: groups.map((group, i) => {
      const [fromSec, toSec] = stretches[i] ?? [0, 1];
      return digits(group.reduce((sum, { errors }) => sum + errors, 0) / (toSec - fromSec));
    }),
    broken: brokenStretches(gates),
    spikes: spikesOf(diagnosis),
  };
}

/** Of a last second: a line has to lead somewhere. */
const SHORTEST_SEC = 1e-3;

/** From where to where each group of seconds goes: the last second of a repeat may be cut short. */
function stretchesOf(
  groups: readonly (readonly { readonly t: number }[])[],
  endSec: number,
): [number, number][] {
  return groups.map((group, i) => {
    const lastSec = group.at(-1)?.t ?? 0;
    const nextSec = groups[i + 1]?.[0]?.t ?? endSec;
    return [group[0]?.t ?? 0, nextSec > lastSec ? Math.min(lastSec + 1, nextSec) : lastSec + 1];
  });
}

function middleOf([fromSec, toSec]: readonly [number, number]): number {
  return digits((fromSec + toSec) / 2, 6);
}

/** All windows, one after another. */
function spanOf({
  timeline,
  intervals = [],
  runs,
  summary,
}: Result): Pick<TimelineData, 'range' | 'repeats'> {
  const last = intervals.at(-1);
  const end = Math.max(
    summary.durationSec,
    runs.reduce((sum, { durationSec }) => sum + durationSec, 0),
    last === undefined ? 0 : last.t + last.lengthSec,
    // Of a result from elsewhere: its last second, whatever it says of its length.
    (timeline.at(-1)?.t ?? 0) + SHORTEST_SEC,
  );
  let at = 0;
  const ends = runs.slice(0, MOST_REPEATS).map(({ durationSec }) => {
    at += durationSec;
    return digits(at, 6);
  });
  return { range: [0, digits(end, 6)], repeats: ends.slice(0, -1) };
}

const held = [
  ['collector', 'gcMs'],
  ['quota', 'throttledMs'],
  ['waiting for a CPU', 'runQueueMs'],
  ['quiet', 'quietMs'],
] as const;

/** The worst of several seconds where there are too many. */
function signalsOf(result: Result): SignalData | null {
  const { signals } = result;
  if (signals === undefined || signals.seconds.length < 2) return null;
  const { seconds, cpuLimit } = signals;
  const size = Math.ceil(seconds.length / MOST_POINTS);
  const groups = Array.from({ length: Math.ceil(seconds.length / size) }, (_, i) =>
    seconds.slice(i * size, (i + 1) * size),
  );
  const worst = (name: SignalName) =>
    groups.map((group) => {
      const known = group.map((second) => second[name]).filter((value) => value !== null);
      return known.length === 0 ? null : digits(Math.max(...known));
    });
  const span = spanOf(result);
  return {
    ...span,
    t: stretchesOf(groups, span.range[1]).map(middleOf),
    cores: worst('cpuCores'),
    busiest: worst('busiestThread'),
    limit: cpuLimit,
    held: held.flatMap(([what, name]) => {
      const ms = worst(name);
      return ms.some((value) => value !== null) ? [{ what, ms }] : [];
    }),
  };
}

/** More marks than this hide what they mark. */
const MOST_SPIKES = 200;
const MOST_REPEATS = 100;

function spikesOf(diagnosis: Result['diagnosis']): [number, string][] {
  return (diagnosis?.spikes ?? [])
    .slice(0, MOST_SPIKES)
    .map(({ t, causes }) => [digits(t + 0.5, 6), causes.map((cause) => patternNames[cause]).join(', ')]);
}

/** The windows that broke a gate, those that overlap as one. */
function brokenStretches(gates: Result['gates']): [number, number][] {
  const windows = gates
    .flatMap(({ windows: judged }) => judged?.broken ?? [])
    .map(({ fromSec, toSec }): [number, number] => [fromSec, toSec])
    .sort(([a], [b]) => a - b);
  const stretches: [number, number][] = [];
  for (const [fromSec, toSec] of windows) {
    const last = stretches.at(-1);
    if (last !== undefined && fromSec <= last[1]) last[1] = Math.max(last[1], toSec);
    else stretches.push([fromSec, toSec]);
  }
  return stretches;
}

function heatOf(result: Result, withHistogram: UseHistogram): HeatData | null {
  const { intervals = [] } = result;
  const stretches = intervals.slice(0, MOST_STRETCHES);
  if (stretches.length < 2) return null;
  const counts = stretches.map(({ response }, i) =>
    withHistogram(response, `intervals[${i}].response`, (histogram) => {
      const bands = new Map<number, number>();
      for (let index = 0; index < histogram.countsArrayLength; index++) {
        const count = histogram.getCountAtIndex(index);
        if (count === 0) continue;
        const us = Math.max(1, histogram.valueFromIndex(index)) / 1000;
        const band = Math.floor(Math.log10(us) * BANDS_A_DECADE);
        bands.set(band, (bands.get(band) ?? 0) + count);
      }
      return bands;
    }),
  );
  const all = counts.flatMap((bands) => [...bands.keys()]);
  if (all.length === 0) return null;
  const first = all.reduce((least, band) => Math.min(least, band));
  const last = all.reduce((most, band) => Math.max(most, band));
  return {
    ...spanOf(result),
    perDecade: BANDS_A_DECADE,
    first,
    bands: last - first + 1,
    t: stretches.map(({ t }) => digits(t, 6)),
    lengthSec: stretches.map(({ lengthSec }) => digits(lengthSec)),
    cells: counts.map((bands) =>
      [...bands].sort(([a], [b]) => a - b).flatMap(([band, count]) => [band - first, count]),
    ),
  };
}

function keysOf(name: string, ranks: NonNullable<Result['keys'][string]['ranks']>): KeyData {
  const perKey = (share: number, { first, last }: (typeof ranks)[number]) =>
    share > 0 ? digits(share / (last - first + 1)) : null;
  return {
    name: name.slice(0, 60),
    rank: ranks.map(({ first, last }) => digits(Math.sqrt(first * last), 6)),
    drawn: ranks.map((band) => perKey(band.share, band)),
    expected: ranks.map((band) => perKey(band.expected, band)),
  };
}

function digits(value: number, significant = 4): number {
  return Number(value.toPrecision(significant));
}
