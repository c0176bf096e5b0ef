import type { Reading, Readings } from '../metric.js';

/** A count and its share of a whole. Of an empty whole there is no data: none of no requests is not zero. */
export function shareOf(part: Reading, whole: Reading): Readings {
  return {
    count: (scope, evidence) => (whole(scope, evidence) ? part(scope, evidence) : null),
    share: (scope, evidence) => {
      const count = part(scope, evidence);
      const all = whole(scope, evidence);
      return count !== null && all ? count / all : null;
    },
  };
}
