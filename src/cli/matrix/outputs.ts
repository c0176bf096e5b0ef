import { usageError } from '../../core/index.js';
import { readFailOn } from '../compare/results.js';
import type { Outputs } from '../measure/read-outputs.js';

/** Where the document of a matrix goes. */
export interface MatrixOutputs {
  /** Paths; `-` is stdout. */
  readonly out?: string;
  readonly csv?: string;
  /** Whether a value of an axis that is proven worse than the baseline's fails the command. */
  readonly failOnRegression: boolean;
}

/**
 * The outputs that a matrix has.
 * @throws ZipfireError `usage` for those of a single run
 */
export function matrixOutputs({ files, baseline, github, watch, failOn }: Outputs): MatrixOutputs {
  const other = [...files.keys()].find((flag) => flag !== 'out' && flag !== 'csv');
  if (other !== undefined) throw usageError(`--${other} is for single runs`, 'a matrix has --out and --csv');
  if (baseline !== undefined)
    throw usageError('--baseline is for single runs', 'the baseline of a matrix is a cell: matrix.baseline');
  if (github) throw usageError('--github is for single runs', 'a matrix has --out and --csv');
  if (watch !== undefined)
    throw usageError('--dashboard and --export are for single runs', 'run a cell of the matrix by itself');
  const out = files.get('out');
  const csv = files.get('csv');
  return {
    failOnRegression: readFailOn(failOn),
    ...(out === undefined ? {} : { out }),
    ...(csv === undefined ? {} : { csv }),
  };
}
