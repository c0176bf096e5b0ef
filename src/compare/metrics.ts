import {
  type Latencies,
  type LatencySummary,
  type MetricUnit,
  type Summary,
  suggestion,
  usageError,
} from '../core/index.js';

/** What a comparison looks at of a run, or of an operation in a run. */
export type RunFigures = Pick<Summary, 'qps' | 'errorRate'> & {
  readonly latencyUs: Pick<Latencies, 'response'>;
};

/** A figure of a run by which runs are compared. */
export interface Metric {
  readonly name: string;
  readonly unit: MetricUnit;
  readonly better: 'higher' | 'lower';
  /** Of one run; null: it has none. */
  readonly of: (run: RunFigures) => number | null;
}

/**
 * @param oneIn one request of so many lies above the percentile: a run of fewer has none above it, and its
 *   percentile would be its maximum by another name
 */
function latency(name: string, key: keyof LatencySummary, oneIn = 1): Metric {
  const of = ({ latencyUs: { response } }: RunFigures) => (response.count >= oneIn ? response[key] : null);
  return { name, unit: 'us', better: 'lower', of };
}

const metrics: readonly Metric[] = [
  { name: 'qps', unit: 'perSec', better: 'higher', of: ({ qps }) => qps },
  { name: 'errors', unit: 'share', better: 'lower', of: ({ errorRate }) => errorRate },
  latency('mean', 'mean'),
  latency('p50', 'p50', 2),
  latency('p75', 'p75', 4),
  latency('p90', 'p90', 10),
  latency('p95', 'p95', 20),
  latency('p99', 'p99', 100),
  latency('p99.9', 'p99_9', 1000),
  latency('p99.99', 'p99_99', 10_000),
  latency('max', 'max'),
];

/**
 * What is compared unless it is said otherwise. Six: with five repeats of each, the least p there is (2 in 252) is
 * still proof at 5 % after it was shared out over six; over seven it would not be.
 */
export const usualMetrics: readonly Metric[] = findMetrics(['qps', 'p50', 'p90', 'p99', 'p99.9', 'errors']);

/**
 * Metrics by name, each once, in the order given.
 * @throws ZipfireError `usage` for an unknown name
 */
export function findMetrics(names: readonly string[]): Metric[] {
  return [...new Set(names)].map((name) => {
    const found = metrics.find((metric) => metric.name === name);
    if (found !== undefined) return found;
    const known = metrics.map((metric) => metric.name);
    throw usageError(`no metric "${name.slice(0, 40)}"`, suggestion(name, known));
  });
}
