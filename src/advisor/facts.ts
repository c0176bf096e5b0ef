import type { FilesArtifact } from './gather/files/artifact.js';
import type { Suppression } from './suppress.js';

/**
 * Everything that audits may look at, by artifact. Each artifact is what one gatherer saw, as plain JSON: written by
 * `--artifacts dir` as `<name>.json`, and read again by `--from dir`, so that a finding can be replayed.
 *
 * A new artifact is a type in its gatherer's file, a line here, and a line in `factNames`.
 */
export interface Facts {
  /** `# zipfire-ignore KA09: why` in the files that were read. */
  readonly suppressions: readonly Suppression[];
  /** What the files of the service say. */
  readonly files: FilesArtifact;
}

export type FactName = keyof Facts;

/** What it takes to get each artifact; said where it is missing. */
export const factNames: Readonly<Record<FactName, string>> = {
  suppressions: 'files to read (--files)',
  files: 'files to read (--files)',
};

/** What was gathered, and what was asked for and could not be. */
export interface Gathered {
  readonly facts: Partial<Facts>;
  /** Reason by artifact. An artifact in neither was not asked for. */
  readonly failed: Readonly<Partial<Record<FactName, string>>>;
}
