import type { Comparison, CurvePoint, Result } from '../core/index.js';

/** A way to write a result into a file, chosen by a flag of the command line. */
export interface ReportFormat {
  /** Name of the flag that takes the file: `--junit results.xml`. */
  readonly flag: string;
  /** What the flag's help says. */
  readonly description: string;
  /** The whole file. Throws, or rejects with, a ZipfireError when the result cannot be written so. */
  readonly render: (result: Result, context: ReportContext) => string | Promise<string>;
}

/** What a report may need besides the result. */
export interface ReportContext {
  /** Reads the script and the style of the HTML page, which are files of the package. */
  readonly page: () => Promise<PageAssets>;
  /** What the run was compared with; null: nothing. */
  readonly baseline: Baseline | null;
}

/** Texts that stand in every page. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

export interface Baseline {
  readonly name: string;
  /** Response time by percentile; empty where the baseline does not say. */
  readonly curve: readonly CurvePoint[];
  readonly comparison: Comparison;
}
