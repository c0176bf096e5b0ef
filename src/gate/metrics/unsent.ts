import type { Metric } from '../metric.js';
import { shareOf } from './share.js';

/** Requests planned that were never sent because the run ended, of those planned. */
export const unsent: Metric = {
  names: ['unsent'],
  perOperation: true,
  windowed: false,
  readings: () =>
    shareOf(
      (scope) => scope.unsent,
      (scope) => scope.planned,
    ),
};
