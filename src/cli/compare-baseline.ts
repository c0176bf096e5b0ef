import { type Recorded, readResult } from '../compare/index.js';
import type { ExitCode, Result } from '../core/index.js';
import { type Baseline as GateBaseline, readBaseline } from '../gate/index.js';
import { compareAndShow, exitCodeOfComparison, readFailOn, readResultText } from './compare-results.js';
import type { BaselineFlags } from './read-outputs.js';

/** A result that a run is compared with when it is over. */
export interface Baseline {
  readonly recorded: Recorded;
  /** The same for gates that compare with it; null where none does. */
  readonly forGates: GateBaseline | null;
  readonly failOnRegression: boolean;
}

/** @param gated whether gates compare with it @throws ZipfireError `usage` */
export function readBaselineFile({ path, failOn }: BaselineFlags, gated: boolean): Baseline {
  const failOnRegression = readFailOn(failOn);
  const text = readResultText(path);
  return {
    recorded: readResult(text, path),
    forGates: gated ? readBaseline(text, path) : null,
    failOnRegression,
  };
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
