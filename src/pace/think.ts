import type { ThinkTime } from '../core/index.js';

/**
 * A think time, nanoseconds in [0, max].
 *
 * - uniform: min + u (max − min)
 * - exponential: −mean ln(1 − u), what is above the maximum is the maximum
 * - normal: mean + deviation √(−2 ln(1 − u)) cos 2πv (Box–Muller), what is beyond a bound is the bound
 *
 * @param u in [0, 1)
 * @param v likewise, independent of u
 */
export function thinkNs(think: ThinkTime, u: number, v: number): number {
  return Math.round(thinkMs(think, u, v) * 1e6);
}

function thinkMs(think: ThinkTime, u: number, v: number): number {
  switch (think.kind) {
    case 'constant':
      return think.ms;
    case 'uniform':
      return think.minMs + u * (think.maxMs - think.minMs);
    case 'exponential':
      return Math.min(think.maxMs, -think.meanMs * Math.log1p(-u));
    case 'normal': {
      const deviate = Math.sqrt(-2 * Math.log1p(-u)) * Math.cos(2 * Math.PI * v);
      return Math.min(think.maxMs, Math.max(0, think.meanMs + think.deviationMs * deviate));
    }
  }
}
