import type { CellRun, LatencySummary, MatrixResult } from '../core/index.js';
import { csvField } from './csv.js';

const percentiles = [
  'p50',
  'p90',
  'p99',
  'p99_9',
  'max',
] as const satisfies readonly (keyof LatencySummary)[];

/**
 * The runs of a matrix, one a line, as CSV (RFC 4180) that statistics programs read: the values of the axes, where in
 * the order the run was, and its figures. Empty: no data.
 */
export function renderMatrixCsv({ axes, cells }: MatrixResult): string {
  const header = [
    'cell',
    ...axes.map(({ name }) => name),
    ...[
      'round',
      'order',
      'startedAt',
      'valid',
      'verdict',
      'durationSec',
      'sent',
      'ok',
      'errors',
      'qps',
      'errorRate',
    ],
    'meanUs',
    ...percentiles.map((name) => `${name}Us`),
  ];
  const rows = cells.flatMap(({ values, runs }, index) =>
    runs.map((run) => [index + 1, ...axes.map(({ name }) => values[name] ?? ''), ...figures(run)]),
  );
  return [header, ...rows].map((row) => `${row.map(csvField).join(',')}\r\n`).join('');
}

function figures({ round, order, startedAt, validity, verdict, summary }: CellRun) {
  const { response } = summary.latencyUs;
  return [
    round,
    order,
    startedAt,
    validity.valid,
    verdict,
    summary.durationSec,
    summary.sent,
    summary.ok,
    summary.errors,
    summary.qps,
    summary.errorRate,
    response.mean,
    ...percentiles.map((name) => response[name]),
  ];
}
