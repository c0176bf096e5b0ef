import type { Plan } from '../core/index.js';
import { RateCurve } from '../pace/index.js';

/**
 * What the stages of a plan ask for in a stretch of a window, per second, on average; null: they do not say.
 * @param second from the start of the window
 */
export type StagesRate = (second: number, lengthSec: number) => number | null;

/** Of a plan without stages it is always null: its rate does not change. */
export function stagesRate({ load }: Pick<Plan, 'load'>): StagesRate {
  if (load.stages === undefined) return () => null;
  const curve = new RateCurve(load.stages);
  return (second, lengthSec) => {
    if (lengthSec <= 0) return null;
    const before = curve.arrivalsBy(second * 1e9);
    return (curve.arrivalsBy((second + lengthSec) * 1e9) - before) / lengthSec;
  };
}
