import type { Pattern, SignalEvidence, SignalName } from '../core/index.js';
import { known, median } from './robust.js';
import type { Second } from './seconds.js';
import { ms } from './words.js';

/** A series that may move with the spikes, and when it is enough to explain one. */
export interface Cause {
  readonly pattern: Pattern;
  readonly signal: Extract<SignalEvidence['signal'], SignalName | 'latenessP99Us'>;
  /** Whether a value beside the usual one accounts for P99 that is `excessMs` above its own. */
  readonly explains: (value: number, usual: number, excessMs: number) => boolean;
  /** A pause may begin in the second before the one that it is seen in. */
  readonly back: boolean;
  /** What it did, for a sentence: `the collector paused it for 312 ms`. */
  readonly tell: (during: number, usual: number) => string;
}

/** A pause delays by its length at most, and in two seconds it has a part in each: a third is enough, less is not. */
const PART = 0.3;
/** Lateness is a part of the response time itself: most of what is above the usual. */
const LATE_PART = 0.6;
const part = (value: number, usual: number, excessMs: number) => value - usual >= PART * excessMs;
/** What a delayed ACK adds to a round trip at most, whoever is slow: RFC 1122 4.2.3.2, 40 ms in Linux. */
const DELAYED_ACK_MS = 45;
const RETRANSMISSION_MS = 150;
/** One now and then is lost on any machine, and delays one request. */
export const LOST_SEGMENTS = 3;

/** What spikes are held against, the most direct first: what one explains is not asked of those after it. */
export const causes: readonly Cause[] = [
  {
    pattern: 'generator-limit',
    signal: 'latenessP99Us',
    explains: (value, usual, excessMs) => value - usual >= 1000 * LATE_PART * excessMs,
    back: false,
    tell: (during, usual) => `the generator itself sent ${ms(during / 1000)} late (else ${ms(usual / 1000)})`,
  },
  {
    pattern: 'cpu-throttling',
    signal: 'throttledMs',
    explains: part,
    back: true,
    tell: (during, usual) => `the cgroup's quota held it for ${ms(during)} of a second (else ${ms(usual)})`,
  },
  {
    pattern: 'gc-pause',
    signal: 'gcMs',
    explains: part,
    back: true,
    tell: (during, usual) => `its collector paused it for ${ms(during)} of a second (else ${ms(usual)})`,
  },
  {
    pattern: 'network-jitter',
    signal: 'rttMs',
    explains: (value, usual, excessMs) => value - usual >= Math.max(DELAYED_ACK_MS, 0.2 * excessMs),
    back: false,
    tell: (during, usual) => `round trips of TCP took ${ms(during)} (else ${ms(usual)})`,
  },
  {
    pattern: 'network-jitter',
    signal: 'retransmits',
    explains: (value, usual, excessMs) => value >= usual + LOST_SEGMENTS && excessMs >= RETRANSMISSION_MS,
    back: true,
    tell: (during, usual) => `TCP sent ${Math.round(during)} segments again (else ${Math.round(usual)})`,
  },
  {
    pattern: 'memory-bandwidth',
    signal: 'cacheMissRatio',
    explains: (value, usual) => value >= 1.25 * usual && value - usual >= 0.01,
    back: false,
    tell: (during, usual) =>
      `${(100 * during).toFixed(1)} % of its cache references missed (else ${(100 * usual).toFixed(1)} %)`,
  },
  {
    pattern: 'cpu-saturation',
    signal: 'runQueueMs',
    explains: part,
    back: true,
    tell: (during, usual) => `its threads waited ${ms(during)} a second for a CPU (else ${ms(usual)})`,
  },
  {
    pattern: 'cpu-saturation',
    signal: 'busiestThread',
    explains: (value, usual) => value >= 0.9 && value - usual >= 0.2,
    back: false,
    tell: (during, usual) =>
      `one of its threads took ${Math.round(100 * during)} % of a CPU (else ${Math.round(100 * usual)} %)`,
  },
  {
    pattern: 'lock-or-queue',
    signal: 'quietMs',
    explains: part,
    back: true,
    tell: (during, usual) => `it did next to nothing for ${ms(during)} of a second (else ${ms(usual)})`,
  },
];

/** The series of a cause over the judged seconds. */
export function seriesOf({ signal }: Cause, seconds: readonly Second[]): (number | null)[] {
  return seconds.map(({ point, signals }) =>
    signal === 'latenessP99Us' ? point.latenessP99Us : (signals?.[signal] ?? null),
  );
}

/** The value that a spike at a second is held against: with `back`, the higher of its own and the one before. */
export function valueAt(series: readonly (number | null)[], at: number, back: boolean): number | null {
  const here = series[at] ?? null;
  const before = back ? (series[at - 1] ?? null) : null;
  return here === null ? before : Math.max(here, before ?? here);
}

export function usualOf(series: readonly (number | null)[], spikes: readonly boolean[]): number | null {
  return median(known(series.filter((_, i) => spikes[i] !== true)));
}
