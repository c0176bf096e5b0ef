import type { Load, Pacer } from '../core/index.js';
import type { Bounds } from './bounds.js';
import { closedLoop } from './closed.js';
import { constantPacer } from './constant.js';
import { poissonPacer } from './poisson.js';

/** The schedule that a load asks for. */
export function createPacer(load: Pick<Load, 'rate' | 'arrivals'>, seed: number, bounds: Bounds): Pacer {
  if (load.rate === null) return closedLoop(bounds);
  return load.arrivals === 'poisson'
    ? poissonPacer(load.rate, seed, bounds)
    : constantPacer(load.rate, bounds);
}
