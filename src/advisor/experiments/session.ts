import { orderOfRound } from './order.js';
import { leaving, ROUNDS_OF_BLOCK } from './race.js';
import type { Arm, ArmTrials, Objective, Trial } from './runner.js';

/** What a session works with. */
export interface Bench {
  readonly measure: (arm: Arm) => Promise<Trial>;
  /** Whether it is all to end, by hand. */
  readonly stopped: () => boolean;
  readonly tell: (event: SessionEvent) => void;
}

export interface SessionEvent {
  /** From 1. */
  readonly round: number;
  readonly rounds: number;
  readonly arm: Arm;
  /** Null: about to be run. */
  readonly trial: Trial | null;
  /** It was given up, or is run again: why. */
  readonly word: string | null;
}

export interface SessionOptions {
  /** Runs of each arm. */
  readonly repeats: number;
  readonly seed: number;
  /** Arms that cannot win are given up; null: all are run to the end. */
  readonly race: Objective | null;
}

export interface Session {
  readonly arms: readonly ArmTrials[];
  /** Runs that said nothing of the target and were run again. */
  readonly again: number;
  readonly interrupted: boolean;
}

/**
 * Runs arms in turns, each as often as the others. A run that does not hold is run again once, in its place: a
 * hiccup of the machine is not worth all the others; one that lasts is told.
 */
export async function runSession(
  arms: readonly Arm[],
  { repeats, seed, race }: SessionOptions,
  bench: Bench,
): Promise<Session> {
  const trials: Trial[][] = arms.map(() => []);
  const left: (string | null)[] = arms.map(() => null);
  let again = 0;
  const state = (): ArmTrials[] =>
    arms.map((arm, i) => ({ arm, trials: trials[i] ?? [], left: left[i] ?? null }));
  for (let round = 1; round <= repeats; round++) {
    for (const at of orderOfRound(arms.length, seed, round)) {
      const arm = arms[at] as Arm;
      if (left[at] !== null) continue;
      bench.tell({ round, rounds: repeats, arm, trial: null, word: null });
      let trial = await measure(arm, bench);
      if (trial !== null && trial.invalid.length > 0 && !bench.stopped()) {
        bench.tell({
          round,
          rounds: repeats,
          arm,
          trial,
          word: `does not hold, once more: ${trial.invalid[0]}`,
        });
        again++;
        trial = await measure(arm, bench);
      }
      // What was cut short is no run of the arm.
      if (trial === null || bench.stopped()) return { arms: state(), again, interrupted: true };
      trials[at]?.push(trial);
      bench.tell({ round, rounds: repeats, arm, trial, word: null });
    }
    if (race === null || round % ROUNDS_OF_BLOCK !== 0 || round === repeats) continue;
    for (const [at, why] of leaving(state(), race)) {
      left[at] = why;
      bench.tell({ round, rounds: repeats, arm: arms[at] as Arm, trial: null, word: `given up: ${why}` });
    }
  }
  return { arms: state(), again, interrupted: false };
}

/** Null: it was cut short, and so is whatever went wrong meanwhile. */
async function measure(arm: Arm, bench: Bench): Promise<Trial | null> {
  if (bench.stopped()) return null;
  try {
    return await bench.measure(arm);
  } catch (error) {
    if (bench.stopped()) return null;
    throw error;
  }
}
