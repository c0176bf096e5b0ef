import type { Experiment, Gain } from '../../core/index.js';

/** What was tried under load, and what it proves. */
export interface ExperimentFacts {
  readonly tried: readonly Tried[];
  /** Settings that won, by name. */
  readonly best: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
}

export interface Tried {
  readonly experiment: Experiment;
  /** What the mended arm is worth against the other one; null: nothing is proven. */
  readonly gain: Gain | null;
  /** Whether the service, or the load, is as it should be already: the first arm won. */
  readonly isBest: boolean;
  /** Rules whose findings it proves. */
  readonly rules: readonly string[];
  /** Whether the first of these rules is broken, though it found nothing itself. */
  readonly breaks: boolean;
  /** Whether there is something to mend; else it is for information. */
  readonly mends: boolean;
  /** To paste. */
  readonly fix: string;
}
