import { type Recorded, readResult } from '../compare/index.js';
import type { ExitCode, Result } from '../core/index.js';
import { compareAndShow, exitCodeOfComparison, readFailOn, readResultFile } from './compare-results.js';
import type { BaselineFlags } from './read-outputs.js';

/** A result that a run is compared with when it is over. */
export interface Baseline {
  readonly recorded: Recorded;
  readonly failOnRegression: boolean;
}

/** Reads it before the run: a wrong file must not cost one. @throws ZipfireError `usage` */
export function readBaseline({ path, failOn }: BaselineFlags): Baseline {
  return { recorded: readResultFile(path), failOnRegression: readFailOn(failOn) };
}

/** @param quiet stdout is taken */
export async function compareWithBaseline(
  result: Result,
  { recorded, failOnRegression }: Baseline,
  quiet: boolean,
): Promise<ExitCode> {
  const own = readResult(JSON.stringify(result), 'this run');
  if (!quiet) process.stdout.write('\n');
  const comparison = await compareAndShow(recorded, [own], {}, quiet);
  return exitCodeOfComparison(comparison, failOnRegression);
}
