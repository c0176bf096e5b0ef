import type { CapacityEnd } from '../core/index.js';
import { convincing } from './confidence.js';
import {
  type Bracket,
  bracketOf,
  type Evidence,
  flipped,
  LUCK,
  mute,
  type Quorum,
  stepVerdict,
  upperEnd,
  validRuns,
} from './evidence.js';
import { posteriorOf } from './posterior.js';

export interface SearchOptions extends Quorum {
  /** The first rate. */
  readonly start: number;
  /** Nothing below, nothing above. */
  readonly floor: number;
  readonly ceiling: number;
  /** How wide the bracket may be: high ÷ low − 1. */
  readonly precision: number;
  /** From the first rate to the second one; each further one is this much farther. */
  readonly growth: number;
}

export type Decision =
  | { readonly kind: 'run'; readonly rate: number; readonly why: Why }
  | { readonly kind: 'end'; readonly ended: CapacityEnd };

export type Why = 'start' | 'repeat' | 'grow' | 'shrink' | 'bisect' | 'confirm' | 'widen';

/** So many steps may say otherwise when they are asked again, and more where that is luck by all appearances. */
const MOST_FLIPS = 2;
const MOST_FLIPS_LUCK = 4;

/**
 * What to run next, from all that was seen: geometric growth until a step passes and a higher one does not, then
 * bisection (of the logarithm), then more runs of both ends. A function of its arguments alone.
 */
export function decide(steps: readonly Evidence[], options: SearchOptions): Decision {
  const { floor, ceiling, precision, start } = options;
  const open = steps.find((step) => stepVerdict(step, options) === 'undecided');
  if (open !== undefined) return { kind: 'run', rate: open.rate, why: 'repeat' };
  if (steps.length === 0) return { kind: 'run', rate: clamp(round(start, precision), options), why: 'start' };

  const bracket = bracketOf(steps, options);
  const { low, high, crossed, inverted } = bracket;
  if (inverted || isAnother(steps, options)) return { kind: 'end', ended: 'unstable' };
  const tangle = crossed ? untangled(steps, options) : null;
  if (tangle !== null) return tangle;

  if (high === null) {
    const { rate } = low as Evidence; // nothing is blocked, so all steps passed
    if (rate >= ceiling) return confirmed(low as Evidence, options) ?? { kind: 'end', ended: 'ceiling' };
    return {
      kind: 'run',
      rate: clamp(round(rate * stride(steps, options), precision), options),
      why: 'grow',
    };
  }
  if (low === null) {
    if (high.rate <= floor) return { kind: 'end', ended: mute(high, options) ?? 'floor' };
    return {
      kind: 'run',
      rate: clamp(round(high.rate / stride(steps, options), precision), options),
      why: 'shrink',
    };
  }
  if (high.rate / low.rate > 1 + precision + 1e-9) {
    const middle = round(Math.sqrt(low.rate * high.rate), precision);
    if (middle > low.rate && middle < high.rate) return { kind: 'run', rate: middle, why: 'bisect' };
  }
  const end = upperEnd(steps, bracket, options) ?? high;
  const spoilt = mute(end, options);
  const asked = confirmed(low, options) ?? confirmed(high, options) ?? confirmed(end, options);
  if (asked !== null) return asked;
  const ends = { low, high: spoilt === null ? end : null };
  return widened(steps, ends, options) ?? { kind: 'end', ended: spoilt ?? 'found' };
}

/**
 * Whether the service is not now what it was: steps that were asked again say otherwise, too many of them for luck. Luck
 * stays close to the limit, and makes as many better as worse.
 */
function isAnother(steps: readonly Evidence[], options: SearchOptions): boolean {
  const flips = steps.filter((step) => flipped(step, options));
  const rates = flips.map(({ rate }) => rate);
  const isNear = Math.max(...rates) <= LUCK * Math.min(...rates);
  const isMixed = new Set(flips.map((step) => stepVerdict(step, options))).size > 1;
  return flips.length > (isNear && isMixed ? MOST_FLIPS_LUCK : MOST_FLIPS);
}

/** A rate that failed below one that passed: close to the limit that is luck, which more runs of both take away. */
function untangled(steps: readonly Evidence[], options: SearchOptions): Decision | null {
  const sorted = steps.toSorted((a, b) => a.rate - b.rate);
  const failed = sorted.find((step) => stepVerdict(step, options) === 'fail');
  const passed = sorted.findLast((step) => stepVerdict(step, options) === 'pass');
  return (failed && confirmed(failed, options)) ?? (passed && confirmed(passed, options)) ?? null;
}

type Ends = Pick<Bracket, 'low' | 'high'>;

/** How far the bracket may be widened where runs disagree: by so many times the precision, at either end. */
const STRIDES = [1, 2, 4, 8, 16];

/**
 * Where the runs of an end disagree, the service is noisier than the bracket is narrow: a little farther out they will
 * agree, and that is where the interval ends.
 */
function widened(steps: readonly Evidence[], ends: Ends, options: SearchOptions): Decision | null {
  const sure = interval(steps, ends, options);
  for (const [name, sign] of [
    ['low', -1],
    ['high', 1],
  ] as const) {
    const end = ends[name];
    if (end === null || sure[name] !== null) continue;
    const rate = STRIDES.map((stride) =>
      clamp(round(end.rate * (1 + options.precision) ** (sign * stride), options.precision), options),
    ).find((each) => {
      const known = steps.find((step) => step.rate === each);
      return known === undefined || confirmed(known, options) !== null;
    });
    return rate === undefined ? { kind: 'end', ended: 'unstable' } : { kind: 'run', rate, why: 'widen' };
  }
  return null;
}

/** That the capacity is beyond an end, by all runs. */
const MOST_DOUBT = 0.1;

/**
 * The steps nearest to a bracket, or at its ends, whose runs agree and have all others on their side: the highest that
 * passed and the lowest that failed. Null: there is none.
 */
export function interval<E extends Evidence>(
  steps: readonly E[],
  { low, high }: Ends,
  { confirm, precision }: Quorum & Pick<SearchOptions, 'precision'>,
): { readonly low: E | null; readonly high: E | null } {
  const all = posteriorOf(steps, precision);
  const sure = (verdict: 'pass' | 'fail', isOutside: (rate: number) => boolean) =>
    steps
      .filter((step) => isOutside(step.rate) && convincing(step, verdict, confirm))
      .filter(({ rate }) => (verdict === 'pass' ? all.below(rate) : 1 - all.below(rate)) <= MOST_DOUBT)
      .toSorted((a, b) => a.rate - b.rate);
  return {
    low: low === null ? null : (sure('pass', (rate) => rate <= low.rate).at(-1) ?? null),
    high: high === null ? null : (sure('fail', (rate) => rate >= high.rate)[0] ?? null),
  };
}

/** What the generator spoils does not count, and gets its chance to be without it; but not for ever. */
function confirmed(step: Evidence, quorum: Quorum): Decision | null {
  const { confirm, repeat } = quorum;
  const most = mute(step, quorum) === null ? confirm + 2 * repeat : confirm;
  const verdict = stepVerdict(step, quorum);
  const agrees = (verdict === 'pass' || verdict === 'fail') && convincing(step, verdict, confirm);
  // Two more where they disagree: one that was bad luck is then outvoted.
  const enough = agrees ? confirm : confirm + 2;
  if (validRuns(step) >= enough || step.runs.length >= most) return null;
  return { kind: 'run', rate: step.rate, why: 'confirm' };
}

/** Each stride is longer than the one before: a start that is far off costs a few steps, and not a dozen. */
function stride(steps: readonly Evidence[], { growth }: SearchOptions): number {
  return growth ** Math.min(4, steps.length);
}

/** Rates that people can read; the error is a small part of the precision. */
function round(rate: number, precision: number): number {
  const digits = Math.min(15, 2 + Math.ceil(-Math.log10(precision)));
  return Number(rate.toPrecision(Math.max(2, digits)));
}

function clamp(rate: number, { floor, ceiling }: SearchOptions): number {
  return Math.min(ceiling, Math.max(floor, rate));
}
