import type { Result } from '../core/index.js';

/** A way to write a result into a file, chosen by a flag of the command line. */
export interface ReportFormat {
  /** Name of the flag that takes the file: `--junit results.xml`. */
  readonly flag: string;
  /** What the flag's help says. */
  readonly description: string;
  /** The whole file. Throws, or rejects with, a ZipfireError when the result cannot be written so. */
  readonly render: (result: Result) => string | Promise<string>;
}
