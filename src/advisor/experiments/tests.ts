import type { ArmComparison } from '../../core/index.js';
import { holm } from '../../statistics/holm.js';
import { median } from '../../statistics/order.js';
import { type Pair, rankSumP } from '../../statistics/rank-sum.js';
import { fewestRepeats } from '../../statistics/repeats.js';
import { ratioInterval, ratioOf, superiorityOf } from '../../statistics/shift.js';
import { figuresOf, type JudgeOptions, type Measured, type View } from './figures.js';
import type { ArmTrials } from './runner.js';
import { type SameRate, sound, tail, tailAt } from './same-rate.js';

export const ALPHA = 0.05;
const CONFIDENCE = 0.95;
/** Few enough to wait for, and as many as an interval of 95 % needs. */
const LEAST_REPEATS = 6;

interface Untested {
  readonly measured: Measured;
  /** Of the arm that is held against the first one, in the session. */
  readonly at: number;
  readonly pair: Pair;
}

export interface Test extends Untested {
  /** Adjusted; null: all values are the same, or there are none. */
  readonly p: number | null;
}

/** How many runs of each arm can prove something, whatever else is compared. */
export function repeatsFor(arms: number, figures: number): number {
  return Math.max(LEAST_REPEATS, fewestRepeats(ALPHA / Math.max(1, (arms - 1) * figures)));
}

/** Tests of all views, adjusted together: one chance of a false alarm for all of them. */
export function sessionTests(
  arms: readonly ArmTrials[],
  views: readonly View[],
  options: JudgeOptions,
): readonly Test[] {
  const given = arms.filter(({ left }) => left !== null).length;
  // An arm that was given up might have been the one that is tested: it counts, as a test that rejects nothing.
  const spare = given * figuresOf(true, options).length;
  return adjusted(
    views.flatMap((view) => testsOf(view, arms, options)),
    spare,
  );
}

/** A family of their own: they can only take a verdict back. */
export function tailTests(sameRate: SameRate | null): readonly Test[] {
  const [base, ...others] = sameRate?.arms ?? [];
  if (sameRate === null || base === undefined) return [];
  const measured: Measured = {
    name: tailAt(sameRate.rate),
    better: tail.better,
    unit: 'us',
    of: ({ value }) => value,
  };
  const values = (arm: ArmTrials) => valuesOf({ ...arm, trials: sound(arm) }, measured);
  const tests = others.flatMap((other, i) =>
    other.trials.length === 0
      ? []
      : [{ measured, at: i + 1, pair: { base: values(base), other: values(other) } }],
  );
  return adjusted(tests, 0);
}

function testsOf(view: View, arms: readonly ArmTrials[], options: JudgeOptions): Untested[] {
  const [base, ...others] = view.arms;
  return others
    .filter(({ at }) => arms[at]?.left === null)
    .flatMap(({ at }) =>
      figuresOf(view.guarded, options).map((measured) => ({
        measured,
        at,
        pair: { base: valuesOf(arms[base?.at ?? 0], measured), other: valuesOf(arms[at], measured) },
      })),
    );
}

/** Holm's correction over those that can differ. @param spare tests beside them that reject nothing */
function adjusted(tests: readonly Untested[], spare: number): Test[] {
  const asked = tests.filter(({ pair }) => canDiffer(pair));
  const ps = holm([...asked.map(({ pair }) => rankSumP([pair])), ...new Array<number>(spare).fill(1)]);
  return tests.map((test) => {
    const at = asked.indexOf(test);
    return { ...test, p: at < 0 ? null : (ps[at] ?? 1) };
  });
}

function valuesOf(arm: ArmTrials | undefined, { of }: Measured): number[] {
  return (arm?.trials ?? []).map(of).filter((value) => value !== null);
}

function canDiffer({ base, other }: Pair): boolean {
  return base.length > 0 && other.length > 0 && [...base, ...other].some((value) => value !== base[0]);
}

/** A test in words. @param arm its name */
export function comparisonOf(test: Test, arm: string, minEffect: number): ArmComparison {
  const { measured, pair, p } = test;
  const some = pair.base.length > 0 && pair.other.length > 0;
  const ratio = some ? ratioOf([pair]) : null;
  const interval = pair.base.length > 1 && pair.other.length > 1 ? ratioInterval(pair, CONFIDENCE) : null;
  const superiority = some ? superiorityOf(pair) : 0.5;
  const proven = p !== null && p <= ALPHA && superiority !== 0.5;
  const matters = ratio === null || Math.abs(ratio - 1) >= minEffect;
  const rises = superiority > 0.5;
  return {
    arm,
    metric: measured.name,
    medianRatio: ratio === null ? null : median(pair.other) / median(pair.base),
    ratio,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    confidence: interval?.confidence ?? null,
    p,
    verdict: proven && matters ? (rises === (measured.better === 'higher') ? 'better' : 'worse') : '~',
  };
}
