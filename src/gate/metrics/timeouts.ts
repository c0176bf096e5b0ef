import type { Metric } from '../metric.js';
import { shareOf } from './share.js';

/** Requests that had no whole response within the time-out, of those sent. */
export const timeouts: Metric = {
  names: ['timeouts'],
  perOperation: false,
  readings: () =>
    shareOf(
      (_, { errorKinds }) => errorKinds.timeout,
      (scope) => scope.sent,
    ),
};
