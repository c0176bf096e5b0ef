import { orderOfRound } from './order.js';
import { leaving, ROUNDS_OF_BLOCK } from './race.js';
import { type Arm, ArmFailure, type ArmTrials, type Objective, type Trial } from './runner.js';

/** What a session works with. */
export interface Bench {
  /** @throws ArmFailure for a service that does not run under this setting; the others may */
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
  /** Arms whose service did not run, and why. */
  readonly failed: readonly string[];
}

/**
 * Runs arms in turns, each as often as the others. A run that does not hold is run again once, in its place: a
 * hiccup of the machine is not worth all the others; one that lasts is told. An arm whose service ends, or never is
 * ready, is given up; when that is the first, which the others are compared with, it is over.
 *
 * @throws what went wrong with the first run of the first arm
 */
export async function runSession(
  arms: readonly Arm[],
  { repeats, seed, race }: SessionOptions,
  bench: Bench,
): Promise<Session> {
  const trials: Trial[][] = arms.map(() => []);
  const left: (string | null)[] = arms.map(() => null);
  const failed: string[] = [];
  let again = 0;
  const state = (): ArmTrials[] =>
    arms.map((arm, i) => ({ arm, trials: trials[i] ?? [], left: left[i] ?? null }));
  for (let round = 1; round <= repeats; round++) {
    for (const at of orderOfRound(arms.length, seed, round)) {
      const arm = arms[at] as Arm;
      if (left[at] !== null) continue;
      const tell = (trial: Trial | null, word: string | null) =>
        bench.tell({ round, rounds: repeats, arm, trial, word });
      tell(null, null);
      let trial = await measure(arm, bench);
      if (isTrial(trial) && trial.invalid.length > 0 && !bench.stopped()) {
        tell(trial, `does not hold, once more: ${trial.invalid[0]}`);
        again++;
        trial = await measure(arm, bench);
      }
      // What was cut short is no run of the arm.
      if (trial === null || bench.stopped()) return { arms: state(), again, failed, interrupted: true };
      if (isTrial(trial)) {
        trials[at]?.push(trial);
        tell(trial, null);
        continue;
      }
      if (at === 0 && trials[0]?.length === 0) throw trial.error;
      left[at] = `was given up: ${trial.message}`;
      failed.push(`${arm.name} ${left[at]}`);
      tell(null, `given up: ${trial.message}`);
      if (at === 0) return { arms: state(), again, failed, interrupted: false };
    }
    if (race === null || round % ROUNDS_OF_BLOCK !== 0 || round === repeats) continue;
    for (const [at, why] of leaving(state(), race)) {
      left[at] = why;
      bench.tell({ round, rounds: repeats, arm: arms[at] as Arm, trial: null, word: `given up: ${why}` });
    }
  }
  return { arms: state(), again, failed, interrupted: false };
}

function isTrial(measured: Trial | ArmFailure | null): measured is Trial {
  return measured !== null && !(measured instanceof ArmFailure);
}

/** Null: it was cut short, and so is whatever went wrong meanwhile. */
async function measure(arm: Arm, bench: Bench): Promise<Trial | ArmFailure | null> {
  if (bench.stopped()) return null;
  try {
    return await bench.measure(arm);
  } catch (error) {
    if (bench.stopped()) return null;
    if (error instanceof ArmFailure) return error;
    throw error;
  }
}
