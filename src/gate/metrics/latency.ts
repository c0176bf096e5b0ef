import type { Latencies, LatencySummary } from '../../core/index.js';
import type { Metric } from '../metric.js';

/** Statistics as gates write them, and the fields that hold them. Percentiles that are not recorded are not here. */
const statistics: Readonly<Record<string, Exclude<keyof LatencySummary, 'count'>>> = {
  min: 'min',
  mean: 'mean',
  stdev: 'stdev',
  max: 'max',
  p50: 'p50',
  p75: 'p75',
  p90: 'p90',
  p95: 'p95',
  p99: 'p99',
  'p99.9': 'p99_9',
  'p99.99': 'p99_99',
};

/** The histograms a statistic can be of; `response` when none is named. `message`: of messages within calls. */
export const histograms: readonly (keyof Latencies | 'message')[] = [
  'response',
  'service',
  'lateness',
  'failed',
  'message',
];

export const latency: Metric = {
  names: Object.keys(statistics),
  perOperation: true,
  ofLatency: true,
  readings(name, qualifier) {
    const field = statistics[name];
    const histogram = qualifier === '' ? 'response' : histograms.find((known) => known === qualifier);
    if (field === undefined || histogram === undefined) return null;
    if (histogram === 'message') return { us: (scope) => scope.messages?.latencyUs[field] ?? null };
    return { us: (scope) => scope.latencyUs[histogram][field] };
  },
};
