import { type CapacityEnd, type CapacityStep, formatRateExact } from '../core/index.js';
import type { Idle } from './judge.js';

/** A P99 of fewer than this many requests has fewer than ten above it. */
const SAMPLES_FOR_P99 = 1000;

interface Context {
  readonly ended: CapacityEnd;
  readonly idle: Idle | null;
  readonly confidence: number | null;
}

/** What keeps the figures of a search from saying more, and what to do about it. */
export function rateWarnings(steps: readonly CapacityStep[], { ended, idle, confidence }: Context): string[] {
  const flapping = steps.filter(({ flaps, verdict }) => flaps && verdict !== 'undecided');
  const few = steps.filter(({ samples, ok }) => ok === true && samples < SAMPLES_FOR_P99);
  const spoilt = steps.filter(({ runs }) => runs.some(({ verdict }) => verdict === 'generator'));
  const rates = (some: readonly CapacityStep[]) => some.map(({ rate }) => formatRateExact(rate)).join(', ');
  return [
    ...(flapping.length === 0
      ? []
      : [
          `not all runs of a step agree at ${rates(flapping)}: a longer --step, or a quieter machine, tells more`,
        ]),
    ...(spoilt.length === 0
      ? []
      : [`at ${rates(spoilt)} the generator was late or busy in some runs, which do not count`]),
    ...(few.length === 0
      ? []
      : [`at ${rates(few)} P99 is of fewer than ${SAMPLES_FOR_P99} requests: a longer --step tells more`]),
    // Where there is no step, it was not even measured at rest.
    ...(idle === null && steps.length > 0
      ? ['nothing succeeded at rest, so no cool-down could be checked']
      : []),
    ...(ended === 'found' && confidence !== null && confidence < 0.5
      ? ['so few runs say little of how sure that is: --repeat 3 says more']
      : []),
    ...(ended === 'collapsed'
      ? ['after the last run, which did not pass, the service did not come to rest again; see --cool-down']
      : []),
  ];
}
