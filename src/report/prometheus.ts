import type { Result } from '../core/index.js';
import { type MetricSample, metricFamilies } from './metric-families.js';
import type { ReportFormat } from './report-format.js';

/**
 * The result in the text format of Prometheus (exposition format 0.0.4), as node_exporter's textfile collector and the
 * Pushgateway take it. Base units.
 */
export function renderPrometheus(result: Result): string {
  return metricFamilies(result)
    .map(({ name, type, help, samples }) =>
      [
        `# HELP ${name} ${help.replace(/[\\\n]/g, escaped)}`,
        `# TYPE ${name} ${type}`,
        ...samples.map((sample) => `${name}${sample.suffix}${labelsOf(sample)} ${sample.value}`),
        '',
      ].join('\n'),
    )
    .join('');
}

function labelsOf({ labels }: MetricSample): string {
  if (labels.length === 0) return '';
  return `{${labels.map(([name, value]) => `${name}="${value.replace(/[\\"\n]/g, escaped)}"`).join(',')}}`;
}

function escaped(character: string): string {
  return character === '\n' ? '\\n' : `\\${character}`;
}

export const prometheus: ReportFormat = {
  flag: 'prometheus',
  description: 'write the figures as Prometheus text, for its textfile collector or Pushgateway',
  render: renderPrometheus,
};
