import { usageError } from '../core/index.js';
import { type Flag, text } from './flag-table.js';
import type { Outputs } from './read-outputs.js';

/** Where the document of a matrix goes. */
export interface MatrixOutputs {
  /** Paths; `-` is stdout. */
  readonly out?: string;
  readonly csv?: string;
}

export const csvFlag: Flag = text('of a matrix: write its runs as CSV, one a line');

/**
 * The outputs that a matrix has.
 * @throws ZipfireError `usage` for those of a single run
 */
export function matrixOutputs(outputs: Outputs, csv: unknown): MatrixOutputs {
  const { files, baseline } = outputs;
  const other = [...files.keys()].find((flag) => flag !== 'out' && flag !== 'csv');
  if (other !== undefined) throw usageError(`--${other} is for single runs`, 'a matrix has --out and --csv');
  if (baseline !== undefined)
    throw usageError('--baseline is for single runs', 'the baseline of a matrix is a cell: matrix.baseline');
  const out = files.get('out');
  if (out === '-' && csv === '-')
    throw usageError('--out - and --csv - both want stdout', 'give one of them a file');
  return {
    ...(out === undefined ? {} : { out }),
    ...(typeof csv === 'string' ? { csv } : {}),
  };
}

/** @throws ZipfireError `usage` where there is no matrix */
export function refuseCsv(csv: unknown): void {
  if (csv !== undefined)
    throw usageError('--csv is for a matrix of runs', '--out result.json for a single one');
}
