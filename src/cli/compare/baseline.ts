import { compareResults, type Recorded, readResult } from '../../compare/index.js';
import type { ExitCode, Result } from '../../core/index.js';
import { type Baseline as GateBaseline, readBaseline } from '../../gate/index.js';
import type { ReportContext } from '../../report/index.js';
import type { BaselineFlags } from '../measure/read-outputs.js';
import {
  curveOrNothing,
  exitCodeOfComparison,
  readFailOn,
  readResultText,
  showComparison,
} from './results.js';

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

/** A run beside its baseline. */
export interface Compared {
  readonly forReports: NonNullable<ReportContext['baseline']>;
  /** On stdout. */
  readonly show: () => Promise<void>;
  readonly exitCode: ExitCode;
}

export async function compareWithBaseline(
  result: Result,
  { recorded, failOnRegression }: Baseline,
): Promise<Compared> {
  const own = readResult(JSON.stringify(result), 'this run');
  const comparison = compareResults(recorded, [own], {});
  return {
    forReports: { name: recorded.name, curve: await curveOrNothing(recorded), comparison },
    show: () => {
      process.stdout.write('\n');
      return showComparison(comparison, [recorded, own]);
    },
    exitCode: exitCodeOfComparison(comparison, failOnRegression),
  };
}
