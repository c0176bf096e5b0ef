import type { Labels, Metric, RunIdentity } from './metric.js';

const unitSuffixes: Readonly<Record<string, string>> = { s: '_seconds', By: '_bytes' };
/** Names that mean something already: a tag of such a name gets another. */
const taken = new Set(['job', 'instance', 'run', 'operation', 'outcome', 'status', 'quantile', 'le']);

/**
 * The name of a metric as Prometheus has it: its unit and `_total` at its end, and `/s` as `_per_second`.
 *
 * Source: https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
 */
export function prometheusName({ name, unit, kind }: Metric): string {
  const suffix = unitSuffixes[unit] ?? (unit.endsWith('/s') ? '_per_second' : '');
  return `${name.replaceAll('.', '_')}${suffix}${kind === 'counter' ? '_total' : ''}`;
}

/** The labels of every series of a run. */
export function runLabels({ id, name, tags }: RunIdentity): Labels {
  const labels = new Map([
    ['job', 'zipfire'],
    ['instance', id],
    ['run', name],
  ]);
  for (const [tag, value] of Object.entries(tags)) {
    const plain = tag.replace(/[^a-zA-Z0-9_]/g, '_').replace(/^(?=\d)/, '_');
    const label = taken.has(plain) || plain.startsWith('__') ? `tag_${plain}` : plain;
    if (!labels.has(label)) labels.set(label, value);
  }
  return [...labels];
}
