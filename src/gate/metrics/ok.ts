import type { Metric } from '../metric.js';
import { shareOf } from './share.js';

/**
 * Successful responses: how many, their share of the requests sent, and their part of `qps`. The latter so that
 * a response counted in the drain does not raise a rate per second of the window.
 */
export const ok: Metric = {
  names: ['ok'],
  perOperation: true,
  readings: () => ({
    ...shareOf(
      (scope) => scope.ok,
      (scope) => scope.sent,
    ),
    'per-second': (scope) => {
      if (scope.sent === 0 && !scope.waited) return null;
      return scope.completed === 0 ? 0 : (scope.qps * scope.ok) / scope.completed;
    },
  }),
};
