import type { Metric } from '../metric.js';
import { shareOf } from './share.js';

/** Requests given up because no connection was free within the time-out, of those planned. */
export const dropped: Metric = {
  names: ['dropped'],
  perOperation: true,
  readings: () =>
    shareOf(
      (scope) => scope.dropped,
      (scope) => scope.planned,
    ),
};
