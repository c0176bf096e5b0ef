import { known, median, robustSigma } from './robust.js';
import type { Second } from './seconds.js';

/** What P99 usually is at a second, and whether the tail stands out there. */
export interface Height {
  readonly usualUs: number;
  /** The tail above the usual, ms: what a cause has to account for; 0 where it does not stand out. */
  readonly excessMs: number;
  readonly spike: boolean;
}

/** Deviations from the median: of a normal series, one second in 3.5 million. */
const SIGMAS = 5;
/** And so much above the usual, as the spread of a calm run is next to nothing. */
const LEAST_RATIO = 1.5;
const LEAST_EXCESS_US = 1000;
/** Where the load itself changes, the usual is that of so many seconds on both sides. */
const NEIGHBOURS = 15;

/** Of a stall of a closed loop: so much of it is missing from the rate. */
const LOST_PART = 0.3;
/** A highest response is one of very many: it has to be far out. */
const LEAST_STALL_US = 20_000;

/**
 * Seconds whose tail stands out from a median that no spike moves: by P99; by a stall that ends in them, in which nothing
 * was answered; or, in a closed loop, by the highest response and a rate that fell by as much. There a stall holds one
 * request a connection, which P99 does not show.
 *
 * @param stallsMs the length of the stall that ends in a second; 0: none does
 */
export function heightsOf(
  seconds: readonly Second[],
  closedLoop: boolean,
  stallsMs: readonly number[],
): Height[] {
  const staged = seconds.some(({ point }) => point.targetQps !== undefined);
  const usual = (series: readonly (number | null)[], at: number) =>
    usualOf(known(staged ? series.slice(Math.max(0, at - NEIGHBOURS), at + NEIGHBOURS + 1) : series));
  const p99 = seconds.map(({ point }) => point.p99Us);
  const most = seconds.map(({ point }) => point.maxUs);
  const qps = seconds.map(({ point }) => point.qps);
  const whole = staged ? null : { p99: usual(p99, 0), most: usual(most, 0), qps: usual(qps, 0) };
  return seconds.map(({ point }, i) => {
    const {
      p99: tail,
      most: highest,
      qps: rate,
    } = whole ?? {
      p99: usual(p99, i),
      most: usual(most, i),
      qps: usual(qps, i),
    };
    const excessUs = excess(point.p99Us, tail, LEAST_RATIO, LEAST_EXCESS_US);
    const standsOutMs = Math.max(excessUs / 1000, stallsMs[i] ?? 0);
    if (standsOutMs > 0) return { usualUs: tail.us, excessMs: standsOutMs, spike: true };
    const stallMs = excess(point.maxUs, highest, 2, LEAST_STALL_US) / 1000;
    const lostMs = rate.us > 0 ? 1000 * (1 - point.qps / rate.us) : 0;
    const stalled = closedLoop && stallMs > 0 && lostMs >= LOST_PART * stallMs;
    return { usualUs: tail.us, excessMs: stalled ? stallMs : 0, spike: stalled };
  });
}

/** How far a value stands out; 0 where it does not. */
function excess(value: number | null, usual: Usual, leastRatio: number, leastUs: number): number {
  if (value === null) return 0;
  const limit = Math.max(usual.us + SIGMAS * usual.sigmaUs, leastRatio * usual.us, usual.us + leastUs);
  return value > limit ? value - usual.us : 0;
}

interface Usual {
  readonly us: number;
  readonly sigmaUs: number;
}

function usualOf(values: readonly number[]): Usual {
  const us = median(values) ?? 0;
  return { us, sigmaUs: robustSigma(values, us) };
}

/** A stretch of neighbouring indices: one stall that takes three seconds is one event, not three. */
export interface Episode {
  readonly from: number;
  readonly length: number;
}

export function episodesOf(marked: readonly boolean[]): Episode[] {
  const episodes: { from: number; length: number }[] = [];
  for (const [i, is] of marked.entries()) {
    if (!is) continue;
    const last = episodes.at(-1);
    if (last !== undefined && last.from + last.length === i) last.length++;
    else episodes.push({ from: i, length: 1 });
  }
  return episodes;
}
