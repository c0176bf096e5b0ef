import type { Direction, ThreeFigures } from '../core/index.js';
import { usualOf } from './causes.js';
import { known, median } from './robust.js';
import type { Second } from './seconds.js';

/** A rate that is less than this much off is level. */
const RATE_STEP = 0.05;

/**
 * P99, QPS and the ratio of cache misses in some seconds, against the others, and what the three say without any other
 * signal. @param marked the seconds with spikes
 */
export function readThree(seconds: readonly Second[], marked: readonly boolean[]): ThreeFigures {
  const compare = (series: readonly (number | null)[], least: (usual: number) => number): Direction => {
    const usual = usualOf(series, marked);
    const during = median(known(series.filter((_, i) => marked[i] === true)));
    if (usual === null || during === null) return 'not-known';
    if (Math.abs(during - usual) < least(usual)) return 'level';
    return during > usual ? 'up' : 'down';
  };
  const qps = compare(
    seconds.map(({ point }) => point.qps),
    (usual) => RATE_STEP * usual,
  );
  const cacheMisses = compare(
    seconds.map(({ signals }) => signals?.cacheMissRatio ?? null),
    (usual) => Math.max(0.01, 0.25 * usual),
  );
  const p99 = compare(
    seconds.map(({ point }) => point.p99Us),
    (usual) => 0.5 * usual,
  );
  return { p99, qps, cacheMisses, means: meaning(p99, qps, cacheMisses) };
}

function meaning(p99: Direction, qps: Direction, cacheMisses: Direction): string {
  if (cacheMisses === 'up') return qps === 'down' ? 'memory bandwidth' : 'lost locality';
  if (qps === 'down')
    return cacheMisses === 'not-known'
      ? 'network jitter, locks or GC: these three cannot tell'
      : 'network jitter';
  if (p99 !== 'up') return 'nothing';
  return 'a tail that the rate does not feel';
}
