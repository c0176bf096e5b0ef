import type { Metric } from '../metric.js';
import { shareOf } from './share.js';

/** Requests that failed, of those sent: no whole response, or one whose status says failure. */
export const errors: Metric = {
  names: ['errors'],
  perOperation: true,
  readings: () =>
    shareOf(
      (scope) => scope.errors,
      (scope) => scope.sent,
    ),
};
