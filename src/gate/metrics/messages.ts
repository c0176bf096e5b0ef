import type { Metric } from '../metric.js';

/** Messages received within calls: how many, and how many per second of the measured window. */
export const messages: Metric = {
  names: ['messages'],
  perOperation: true,
  protocolOf: () => 'grpc',
  readings: () => ({
    count: (scope) => scope.messages?.received ?? null,
    'per-second': (scope) => scope.messages?.receivedPerSec ?? null,
  }),
};
