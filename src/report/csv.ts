import type { Result, TimelinePoint } from '../core/index.js';
import type { ReportFormat } from './report-format.js';

const columns = [
  't',
  'sent',
  'completed',
  'errors',
  'qps',
  'targetQps',
  'p50Us',
  'p99Us',
  'maxUs',
  'inFlight',
  'latenessP99Us',
] as const satisfies readonly (keyof TimelinePoint)[];

/** The timeline as CSV (RFC 4180), a line a second. Empty: no data. */
function renderCsv({ timeline }: Pick<Result, 'timeline'>): string {
  const rows = timeline.map((point) => columns.map((name) => csvField(point[name] ?? null)));
  return [columns, ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

/** A value as a field of CSV. Texts that a spreadsheet would take for a formula get an apostrophe. */
export function csvField(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return value === null ? '' : String(value);
  const text = /^[=+\-@\t\r]/.test(value) && !Number.isFinite(Number(value)) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export const csv: ReportFormat = {
  flag: 'csv',
  description: 'write the timeline as CSV, a line a second; of a matrix its runs, one a line',
  render: renderCsv,
};
