import { streamOf, uniform53 } from '../core/index.js';
import { Slot } from './counters.js';
import type { Service } from './service.js';
import type { Stage } from './stages.js';

const errorStream = streamOf('target errors');
const resetStream = streamOf('target resets');

type Surroundings = Pick<Service, 'options' | 'counters'>;

/** Refuses its share of the requests; which ones follows from the seed and their number. */
export function errorStage({ options }: Surroundings): Stage {
  return (hit, next) => {
    if (uniform53(options.seed, errorStream, hit.number, 0) >= options.errorShare) next();
    else hit.refuse('error');
  };
}

/** Resets its share of the connections in the middle of their first response. */
export function resetStage({ options, counters }: Surroundings): Stage {
  const seen = new WeakSet<object>();
  let connections = 0;
  return (hit, next) => {
    if (seen.has(hit.connection)) {
      next();
      return;
    }
    seen.add(hit.connection);
    if (uniform53(options.seed, resetStream, connections++, 0) >= options.resetShare) {
      next();
      return;
    }
    counters.add(Slot.resets, 1);
    hit.cut();
  };
}
