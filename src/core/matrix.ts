import type { Centre, Interval, MetricUnit, Verdict } from './comparison.js';
import type { GateResult, OperationSummary, Result, Summary, Validity } from './result.js';

/** zipfire.matrix/1: the document a matrix of runs writes. Field names and meanings are a contract. */
export interface MatrixResult {
  readonly schema: 'zipfire.matrix/1';
  readonly tool: Result['tool'];
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly name: string;
  readonly seed: number;
  readonly axes: readonly { readonly name: string; readonly values: readonly string[] }[];
  /** Index of the cell that the others are compared with. */
  readonly baseline: number;
  /** How often each cell was to be run. */
  readonly repeat: number;
  /** Whether it was ended by hand; then cells may have fewer runs, and none is one that was cut short. */
  readonly interrupted: boolean;
  /** All combinations, the last axis changing first. */
  readonly cells: readonly CellResult[];
  readonly effects: readonly AxisEffect[];
  /** What keeps the figures from saying more. */
  readonly warnings: readonly string[];
}

export interface CellResult {
  /** The value of each axis, by its name. */
  readonly values: Readonly<Record<string, string>>;
  /** The resolved plan, secrets redacted. */
  readonly plan: Readonly<Record<string, unknown>>;
  /** In the order of the rounds. */
  readonly runs: readonly CellRun[];
  readonly figures: readonly CellFigure[];
}

/** One run of a cell. */
export interface CellRun {
  /** From 1: every cell is run once in each round. */
  readonly round: number;
  /** From 1: the place among all runs. */
  readonly order: number;
  readonly startedAt: string;
  readonly validity: Validity;
  readonly gates: readonly GateResult[];
  readonly verdict: Result['verdict'];
  readonly summary: Summary;
  readonly operations: readonly OperationSummary[];
}

/** A metric over the runs of a cell, compared with the baseline's. */
export interface CellFigure extends Centre {
  readonly metric: string;
  readonly unit: MetricUnit;
  /** See `MetricComparison`; null in the baseline, and in metrics that are not compared. */
  readonly change: number | null;
  readonly changeInterval: Interval | null;
  /** Adjusted for all cells and metrics of the matrix. */
  readonly p: number | null;
  readonly verdict: Verdict;
}

/** What a value of an axis changes against the baseline's, over all combinations of the others. */
export interface AxisEffect {
  readonly axis: string;
  readonly from: string;
  readonly to: string;
  readonly metric: string;
  /** Median over the pairs of runs that differ in nothing else; 0.12 is 12 % more. Null where there is no ratio. */
  readonly change: number | null;
  /** Adjusted for all effects of the matrix; null where nothing could differ. */
  readonly p: number | null;
  readonly verdict: Verdict;
  /** Pairs of cells that it comes from. */
  readonly pairs: number;
}
