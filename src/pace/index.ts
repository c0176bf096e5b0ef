import type { Load, Pacer } from '../core/index.js';
import type { Bounds } from './bounds.js';
import { closedLoop } from './closed.js';
import { constantPacer } from './constant.js';
import { RateCurve } from './curve/rate-curve.js';
import { constantArrivals, poissonPacer } from './poisson.js';
import { stagedPacer } from './staged.js';

export { arrivalCounter } from './arrival-counter.js';
export { stepCount } from './curve/pieces.js';
export { RateCurve } from './curve/rate-curve.js';
export { stagesMs } from './duration.js';
export { createLevels, type Levels, levelRange } from './levels.js';
export { thinkNs } from './think.js';

/** The part of a load that is its schedule. */
export type Schedule = Pick<Load, 'rate' | 'arrivals' | 'stages'>;

/** The schedule that a load asks for. */
export function createPacer({ rate, arrivals, stages }: Schedule, seed: number, bounds: Bounds): Pacer {
  if (stages !== undefined) {
    const curve = new RateCurve(stages);
    return arrivals === 'poisson' ? poissonPacer(curve, seed, bounds) : stagedPacer(curve, bounds);
  }
  if (rate === null) return closedLoop(bounds);
  return arrivals === 'poisson'
    ? poissonPacer(constantArrivals(rate), seed, bounds)
    : constantPacer(rate, bounds);
}

/** The rate that a load asks for on average from the start to `durationNs`; null in a closed loop. */
export function meanRate({ rate, stages }: Schedule, durationNs: number): number | null {
  if (stages === undefined || durationNs <= 0) return rate;
  return (new RateCurve(stages).arrivalsBy(durationNs) / durationNs) * 1e9;
}

/** What the warm-up runs: the load as it begins, held. */
export function warmupSchedule({ rate, arrivals, stages }: Schedule): Schedule {
  if (stages === undefined) return { rate, arrivals };
  const level = new RateCurve(stages).rateAt(0);
  return { rate: level, arrivals, stages: [{ shape: 'const', level, durationMs: 1 }] };
}
