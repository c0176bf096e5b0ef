import type { Metric } from '../metric.js';

/** Responses per second of the measured window, failures included; `qps >= 95% of rate` is in terms of the rate asked for. */
export const qps: Metric = {
  names: ['qps'],
  perOperation: true,
  readings: () => ({ 'per-second': (scope) => (scope.sent > 0 || scope.waited ? scope.qps : null) }),
};
