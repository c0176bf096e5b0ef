import type { ArmComparison, Experiment, ExperimentArm } from '../../core/index.js';
import type { Trial } from './runner.js';
import { fallsBehind, holds, type SameRate, sound, tailAt } from './same-rate.js';

/**
 * What the tail at one rate says of an arm. One that does not keep up with a rate that the other keeps up with has the
 * worse tail; where neither does, or the generator did not, it says nothing. Null: it was not asked.
 */
export function tailWord(
  at: number,
  sameRate: SameRate | null,
  said: (metric: string) => ArmComparison['verdict'],
): ArmComparison['verdict'] | null {
  const [base, arm] = [sameRate?.arms[0], sameRate?.arms[at]];
  if (sameRate === null || base === undefined || arm === undefined || arm.trials.length === 0) return null;
  if (holds(base) && holds(arm)) return said(tailAt(sameRate.rate));
  if (holds(base) && fallsBehind(arm)) return 'worse';
  return holds(arm) && fallsBehind(base) ? 'better' : '~';
}

/** The runs at one rate, as they are reported. Empty: there are none of two arms. */
export function sameRateOf(
  shown: readonly { readonly at: number; readonly arm: ExperimentArm }[],
  sameRate: SameRate | null,
): Pick<Experiment, 'sameRate'> {
  const runs = shown.flatMap(({ at, arm }) => {
    const asked = sameRate?.arms[at];
    return asked === undefined || asked.trials.length === 0 ? [] : [{ name: arm.name, asked }];
  });
  if (sameRate === null || runs.length < 2) return {};
  return {
    sameRate: {
      rate: sameRate.rate,
      arms: runs.map(({ name, asked }) => ({
        name,
        qps: sound(asked).map(({ qps }) => qps),
        p99Us: sound(asked).map(({ p99Us }) => p99Us),
      })),
      invalid: runs
        .filter(({ asked }) => !holds(asked))
        .map(({ name, asked }) => brokenText(name, asked.trials) ?? name),
    },
  };
}

/** How many of the runs do not hold, and why. Null: all of them do. */
export function brokenText(name: string, trials: readonly Trial[]): string | null {
  const broken = trials.filter(({ invalid }) => invalid.length > 0);
  const [reason] = broken[0]?.invalid ?? [];
  return reason === undefined ? null : `${broken.length} of ${trials.length} runs of ${name}: ${reason}`;
}
