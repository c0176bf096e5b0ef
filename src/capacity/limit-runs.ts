import type { CapacityResult, CapacityRun, CapacityStep } from '../core/index.js';

/** The runs that say what a service ran out of, or why there are none. */
export type LimitRuns =
  | {
      readonly kind: 'runs';
      readonly at: readonly CapacityStep[];
      /** Of those steps: they were more than the service could carry. */
      readonly over: readonly CapacityRun[];
      /** With ease: what holds in these, too, is no limit. */
      readonly light: readonly CapacityRun[];
    }
  | { readonly kind: 'none'; readonly why: string };

/** Farther above what passed a service may fail by something that its limit is not. */
const NEAR = 1.25;
/** Of the capacity: what a service carries with ease. */
const LIGHT = 0.6;
/** Of a sweep: a throughput that is no less than the highest. */
const SATURATED = 0.95;

/**
 * Evidence of a limit are the runs that failed at the lowest rate which is too much, and close above it; of a sweep, those
 * from the highest throughput on. What the generator or its connections spoilt is none.
 */
export function limitRuns(
  found: Pick<CapacityResult, 'varied' | 'steps' | 'low' | 'high' | 'ended' | 'connections' | 'maxRate'>,
): LimitRuns {
  return found.varied === 'rate' ? overRate(found) : overSaturation(found);
}

function overRate({
  steps,
  low,
  high,
  ended,
}: Pick<CapacityResult, 'steps' | 'low' | 'high' | 'ended'>): LimitRuns {
  if (ended === 'unstable') return { kind: 'none', why: 'what the service carries is unstable' };
  const lowest =
    high ?? (low === null ? (steps.find(({ verdict }) => verdict === 'fail')?.rate ?? null) : null);
  if (lowest === null) return { kind: 'none', why: 'the service was not brought to its limit' };
  const at = steps.filter(
    ({ rate, runs }) =>
      rate !== null &&
      rate >= lowest &&
      rate <= NEAR * lowest &&
      runs.some(({ verdict }) => verdict === 'fail'),
  );
  const light = steps.filter(({ rate }) => rate !== null && low !== null && rate <= LIGHT * low);
  return {
    kind: 'runs',
    at,
    over: runsOf(at, 'fail'),
    light: runsOf(light, 'pass'),
  };
}

function overSaturation({
  steps,
  connections,
  maxRate,
}: Pick<CapacityResult, 'steps' | 'connections' | 'maxRate'>): LimitRuns {
  const best = steps.findIndex((step) => step.connections === connections);
  const after = steps.slice(best);
  if (maxRate === null || best < 0 || after.length < 2)
    return { kind: 'none', why: 'throughput still grew at the last point' };
  const at = after.filter(({ achieved }) => achieved >= SATURATED * maxRate);
  const light = steps.slice(0, best).filter(({ achieved }) => achieved <= LIGHT * maxRate);
  return { kind: 'runs', at, over: runsOf(at, 'pass'), light: runsOf(light, 'pass') };
}

function runsOf(steps: readonly CapacityStep[], verdict: CapacityRun['verdict']): CapacityRun[] {
  return steps.flatMap(({ runs }) => runs.filter((run) => run.verdict === verdict));
}
