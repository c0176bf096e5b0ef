import type { Reading, Readings } from '../metric.js';

/** A count and its share of a whole. Of an empty whole there is no data: none of no requests is not zero. */
export function shareOf(part: Reading, whole: Reading): Readings {
  return {
    count: (scope, result) => (whole(scope, result) ? part(scope, result) : null),
    share: (scope, result) => {
      const count = part(scope, result);
      const all = whole(scope, result);
      return count !== null && all ? count / all : null;
    },
  };
}
