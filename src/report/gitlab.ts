import type { Result } from '../core/index.js';
import { type MetricSample, metricFamilies } from './metric-families.js';
import type { ReportFormat } from './report-format.js';

/** What a merge request should show changes of; counts and dates differ between any two runs. */
const shown = new Set([
  'zipfire_run_valid',
  'zipfire_requests_per_second',
  'zipfire_error_ratio',
  'zipfire_response_time_seconds',
  'zipfire_operation_requests_per_second',
  'zipfire_operation_error_ratio',
  'zipfire_operation_response_time_seconds',
  'zipfire_gate_passed',
  'zipfire_gate_broken_windows',
]);
const DIGITS = 3;

/**
 * The figures that matter as GitLab's metrics report (`artifacts:reports:metrics`), which a merge request shows beside
 * those of its target branch. It is OpenMetrics text, whose end is marked, as far as GitLab reads that: it splits lines as a shell does,
 * takes everything from a `#` on for a comment, and compares values as texts.
 *
 * Source: https://docs.gitlab.com/ci/testing/metrics_reports/
 */
export function renderGitlab(result: Result): string {
  const lines = metricFamilies(result)
    .filter(({ name }) => shown.has(name))
    .flatMap(({ name, samples }) =>
      samples
        .filter(({ suffix }) => suffix === '')
        .map((sample) => `${name}${labelsOf(sample)} ${Number(sample.value.toPrecision(DIGITS))}\n`),
    )
    .join('');
  return `${lines}# EOF\n`;
}

function labelsOf({ labels }: MetricSample): string {
  if (labels.length === 0) return '';
  return `{${labels.map(([name, value]) => `${name}="${value.replace(/[#"\\`$]/g, '_')}"`).join(',')}}`;
}

export const gitlab: ReportFormat = {
  flag: 'gitlab',
  description: "write GitLab's metrics report (artifacts:reports:metrics), for merge requests to compare",
  render: renderGitlab,
};
