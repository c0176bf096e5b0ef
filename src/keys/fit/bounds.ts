import type { Candidate } from './candidate.js';
import type { Errors } from './goodness.js';
import { logLikelihood } from './likelihood.js';
import { sizeOf } from './size.js';
import type { Cells } from './spectrum.js';

export type Interval = readonly [low: number, high: number];

export interface Bounds {
  readonly alpha: Interval | null;
  readonly n: Interval;
  readonly hot: Interval | null;
  readonly share: Interval | null;
}

/** 95 % of a normal law. */
const SIGMAS = 1.96;
/** 95 % of a chi-square of one degree, halved: how far a log-likelihood may fall. */
const FALL = 1.92;

/** Intervals of 95 % from the spread over the logs of a bootstrap, each on the scale on which it is normal. */
export function boundsOf(distinct: number, { values, hidden }: Candidate, errors: Errors): Bounds {
  const around = (value: number, error: number, scale: (x: number) => number = (x) => x): Interval => [
    scale(value - SIGMAS * error),
    scale(value + SIGMAS * error),
  ];
  const { alpha, hot, share } = values;
  const clamp = ([low, high]: Interval, least: number, most: number): Interval => [
    Math.max(least, low),
    Math.min(most, high),
  ];
  return {
    alpha: alpha === null ? null : clamp(around(alpha, errors.alpha ?? 0), 0, Number.MAX_VALUE),
    n: around(hidden, errors.hidden, (x) => Math.round(sizeOf(distinct, Math.max(0, x)))),
    hot: hot === null ? null : around(Math.log(hot), errors.logHot ?? 0, (x) => Math.round(Math.exp(x))),
    share: share === null ? null : clamp(around(share, errors.share ?? 0), 0, 1),
  };
}

/** Whether the log bounds the number of keys from above: twice as many are refused, all else as it is. */
export function isBounded(cells: Cells, best: Candidate): boolean {
  const twice = 2 * best.values.n - cells.distinct;
  return logLikelihood(cells, best.withHidden(Math.log1p(twice))) < best.logLikelihood - FALL;
}

/** The least size that is not refused at 95 %, its other parameters as they are: by bisection. */
export function leastSize(cells: Cells, best: Candidate): number {
  const refused = (hidden: number) =>
    logLikelihood(cells, best.withHidden(hidden)) < best.logLikelihood - FALL;
  let low = 0;
  let high = best.hidden;
  if (!refused(low)) return cells.distinct;
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (refused(middle)) low = middle;
    else high = middle;
  }
  return sizeOf(cells.distinct, high);
}
