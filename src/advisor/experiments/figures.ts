import type { Figure, Objective, Trial } from './runner.js';
import type { SameRate } from './same-rate.js';

/** Some of the arms that were run together, as an experiment of their own. The first is that of all. */
export interface View {
  readonly name: string;
  /** Settings that tell the arms of this experiment apart, by arm. */
  readonly arms: readonly { readonly at: number; readonly settings: Readonly<Record<string, string>> }[];
  /** Whether a better arm may not be worse in the other figure. */
  readonly guarded: boolean;
}

/** A figure that is tested. */
export type Measured = Figure<Trial>;

export interface JudgeOptions {
  readonly objective: Objective;
  /** Beside the objective, for experiments that are guarded. Null: there is none. */
  readonly guard: Measured | null;
  readonly constrained: boolean;
  /** A ratio: 0.02 is 2 %. */
  readonly minEffect: number;
  /** What was asked where objective and guard disagree; absent: they do not, or nothing was. */
  readonly sameRate?: SameRate | null;
}

/** By what else an arm is held against the first one, where nothing is said: the tail in a closed loop, or the rate. */
export function usualGuard(objective: Objective): Measured {
  if (objective.name === 'qps') return { name: 'p99', better: 'lower', unit: 'us', of: ({ p99Us }) => p99Us };
  return { name: 'qps', better: 'higher', unit: 'perSec', of: ({ qps }) => qps };
}

/** All that is tested of an arm. @param guarded by this view */
export function figuresOf(guarded: boolean, { objective, guard, constrained }: JudgeOptions): Measured[] {
  const { name, better, unit } = objective;
  const met: Measured = {
    name: 'constraints',
    better: 'higher',
    unit: 'share',
    of: (trial) => (trial.met === null ? null : Number(trial.met)),
  };
  return [
    { name, better, unit, of: ({ value }) => value },
    ...(guarded && guard !== null ? [guard] : []),
    ...(constrained ? [met] : []),
  ];
}
