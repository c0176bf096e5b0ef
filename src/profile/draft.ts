import type { KeySpec, PlanSequence, Prefill, SchemaSource } from '../core/index.js';
import type { DraftFeeder } from './data/draft-feeder.js';
import type { DraftOperation } from './operation.js';
import type { Path } from './problems.js';
import type { Settings } from './settings.js';
import type { ParsedTarget } from './target.js';

/** A gate as written, and where. */
export interface DraftGate {
  readonly source: string;
  readonly at: Path;
}

/**
 * What flags, a profile, or both say, each value checked for itself. `resolve` fills in the defaults and
 * checks the values against each other.
 */
export interface Draft {
  /** Undefined when it could not be read; then there is a problem that says so. */
  readonly target: ParsedTarget | undefined;
  /** TLS files as paths to open. */
  readonly settings: Partial<Settings>;
  readonly keys: Readonly<Record<string, KeySpec>>;
  /** Names of all key generators, those that could not be read included: they are no unknown names. */
  readonly keyNames: readonly string[];
  readonly data: Readonly<Record<string, DraftFeeder>>;
  /** Names of all feeders, likewise. */
  readonly dataNames: readonly string[];
  readonly operations: readonly DraftOperation[];
  /** Likewise. */
  readonly operationNames: readonly string[];
  /** Absent: there are none. */
  readonly sequences?: readonly PlanSequence[];
  /** Where the schema of gRPC calls comes from; null: nothing is said of it. */
  readonly schema: SchemaSource | null;
  readonly prefill: Prefill | null;
  readonly gates: readonly DraftGate[];
  /** Rules of the advisor that are passed over, with the reasons; absent: none. */
  readonly ignore?: Readonly<Record<string, string>>;
  /** Values of environment variables that must not be shown. */
  readonly secrets: readonly string[];
}
