import type { ArmComparison, Experiment, ExperimentArm } from '../../core/index.js';
import { holm } from '../../statistics/holm.js';
import { median } from '../../statistics/order.js';
import { type Pair, rankSumP } from '../../statistics/rank-sum.js';
import { fewestRepeats } from '../../statistics/repeats.js';
import { ratioInterval, ratioOf, superiorityOf } from '../../statistics/shift.js';
import { conclude } from './conclude.js';
import { nameOf } from './load-arms.js';
import type { ArmTrials, Objective, Trial } from './runner.js';
import { fallsBehind, holds, type SameRate, sound, tail, tailAt } from './same-rate.js';

const ALPHA = 0.05;
const CONFIDENCE = 0.95;
/** Few enough to wait for, and as many as an interval of 95 % needs. */
const LEAST_REPEATS = 6;
/** An arm that fails more requests than the first one by so much is not better, however fast. */
const MORE_ERRORS = 0.001;

/** Some of the arms that were run together, as an experiment of their own. The first is that of all. */
export interface View {
  readonly name: string;
  /** Settings that tell the arms of this experiment apart, by arm. */
  readonly arms: readonly { readonly at: number; readonly settings: Readonly<Record<string, string>> }[];
  /** Whether a better arm may not be worse in the other figure. */
  readonly guarded: boolean;
}

/** A figure that is tested. */
export interface Measured {
  readonly name: string;
  readonly better: 'higher' | 'lower';
  readonly unit: 'perSec' | 'us' | 'share';
  readonly of: (trial: Trial) => number | null;
}

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

/** What is to be known of a view beside its arms, and kept of a test. */
export interface Test {
  readonly measured: Measured;
  readonly at: number;
  readonly pair: Pair;
  p: number | null;
}

/** By what else an arm is held against the first one, where nothing is said: the tail in a closed loop, or the rate. */
export function usualGuard(objective: Objective): Measured {
  if (objective.name === 'qps') return { name: 'p99', better: 'lower', unit: 'us', of: ({ p99Us }) => p99Us };
  return { name: 'qps', better: 'higher', unit: 'perSec', of: ({ qps }) => qps };
}

/** How many runs of each arm can prove something, whatever else is compared. */
export function repeatsFor(arms: number, figures: number): number {
  return Math.max(LEAST_REPEATS, fewestRepeats(ALPHA / Math.max(1, (arms - 1) * figures)));
}

/** Judges all experiments of a session: one chance of a false alarm for all of them together. */
export function judgeSession(
  arms: readonly ArmTrials[],
  views: readonly View[],
  options: JudgeOptions,
): Experiment[] {
  const tests = views.flatMap((view) => testsOf(view, arms, options));
  const asked = tests.filter(({ pair }) => canDiffer(pair));
  const given = arms.filter(({ left }) => left !== null).length;
  // An arm that was given up might have been the one that is tested: it counts, as a test that rejects nothing.
  const spare = new Array<number>(given * figuresOf(true, options).length).fill(1);
  const adjusted = holm([...asked.map(({ pair }) => rankSumP([pair])), ...spare]);
  asked.forEach((test, i) => {
    test.p = adjusted[i] ?? 1;
  });
  const tails = tailTests(options.sameRate ?? null);
  return views.map((view) => judgeView(view, arms, { tests, tails }, options));
}

/** A family of their own: they can only take a verdict back. */
function tailTests(sameRate: SameRate | null): Test[] {
  const [base, ...others] = sameRate?.arms ?? [];
  if (sameRate === null || base === undefined) return [];
  const measured: Measured = {
    name: tailAt(sameRate.rate),
    better: tail.better,
    unit: 'us',
    of: ({ value }) => value,
  };
  const values = (arm: ArmTrials) => valuesOf({ ...arm, trials: sound(arm) }, measured);
  const tests = others.flatMap((other, i): Test[] =>
    other.trials.length === 0
      ? []
      : [{ measured, at: i + 1, pair: { base: values(base), other: values(other) }, p: null }],
  );
  const asked = tests.filter(({ pair }) => canDiffer(pair));
  const adjusted = holm(asked.map(({ pair }) => rankSumP([pair])));
  asked.forEach((test, i) => {
    test.p = adjusted[i] ?? 1;
  });
  return tests;
}

function figuresOf(guarded: boolean, { objective, guard, constrained }: JudgeOptions): Measured[] {
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

function testsOf(view: View, arms: readonly ArmTrials[], options: JudgeOptions): Test[] {
  const [base, ...others] = view.arms;
  return others
    .filter(({ at }) => arms[at]?.left === null)
    .flatMap(({ at }) =>
      figuresOf(view.guarded, options).map((measured) => ({
        measured,
        at,
        pair: { base: valuesOf(arms[base?.at ?? 0], measured), other: valuesOf(arms[at], measured) },
        p: null,
      })),
    );
}

function valuesOf(arm: ArmTrials | undefined, { of }: Measured): number[] {
  return (arm?.trials ?? []).map(of).filter((value) => value !== null);
}

function canDiffer({ base, other }: Pair): boolean {
  return base.length > 0 && other.length > 0 && [...base, ...other].some((value) => value !== base[0]);
}

function judgeView(
  view: View,
  arms: readonly ArmTrials[],
  { tests, tails }: { readonly tests: readonly Test[]; readonly tails: readonly Test[] },
  options: JudgeOptions,
): Experiment {
  const shown = view.arms.map(({ at, settings }) => ({
    at,
    trials: arms[at]?.trials ?? [],
    arm: armOf(settings, arms[at], options.constrained),
  }));
  const [base, ...others] = shown;
  if (base === undefined) throw new Error('an experiment has a first arm');
  const own = [...tests, ...(view.guarded ? tails : [])].filter((test) =>
    others.some(({ at }) => at === test.at),
  );
  const nameAt = (at: number) => shown.find((each) => each.at === at)?.arm.name ?? '';
  const comparisons = own.map((test) => comparisonOf(test, nameAt(test.at), options.minEffect));
  const said = (name: string, metric: string) =>
    comparisons.find((each) => each.arm === name && each.metric === metric)?.verdict ?? '~';
  const { objective, guard } = options;
  const invalid = invalidOf(shown);
  const errorsOf = (trials: readonly Trial[]) => median(trials.map(({ errorRate }) => errorRate));
  const able = ({ arm, trials }: (typeof shown)[number]) =>
    trials.length > 0 &&
    (arm.met === null || 2 * arm.met > trials.length) &&
    (base.trials.length === 0 || errorsOf(trials) <= errorsOf(base.trials) + MORE_ERRORS);
  const decides = able(base) ? objective.name : 'constraints';
  const ahead = others.filter((each) => able(each) && said(each.arm.name, decides) === 'better');
  const guardSays = ({ at, arm }: (typeof shown)[number]) => {
    if (!view.guarded || guard === null) return '~';
    const word = said(arm.name, guard.name);
    const opposes =
      word !== '~' && said(arm.name, objective.name) === (word === 'better' ? 'worse' : 'better');
    return (
      (opposes ? tailWord(at, options.sameRate ?? null, (metric) => said(arm.name, metric)) : null) ?? word
    );
  };
  const winners = ahead.filter((each) => guardSays(each) !== 'worse');
  const value = ({ arm }: (typeof shown)[number]) => median(arm.values.map((each) => each ?? 0));
  const sign = objective.better === 'higher' ? 1 : -1;
  const [leader] = winners.toSorted((a, b) => sign * (value(b) - value(a)));
  const rivals = leader === undefined ? [] : winners.filter((each) => each !== leader);
  const tied =
    leader === undefined
      ? []
      : notTold(
          leader.arm,
          rivals.map(({ arm }) => arm),
          shown.length,
        );
  const behind = others.filter(({ arm }) => said(arm.name, objective.name) === 'worse');
  const isFirst = able(base) && others.length > 0 && behind.length === others.length;
  const traded = behind.filter((each) => guardSays(each) === 'better');
  const baseIsBest = isFirst && traded.length === 0;
  const holds = invalid.length === 0;
  const verdict = !holds ? '~' : (leader?.arm.name ?? (baseIsBest ? base.arm.name : '~'));
  const experiment: Omit<Experiment, 'conclusion'> = {
    name: view.name,
    metric: objective.name,
    arms: shown.map(({ arm }) => arm),
    comparisons,
    verdict,
    tied: holds ? tied : [],
    p: pOf(comparisons, verdict, base.arm.name, decides),
    invalid,
    ...sameRateOf(shown, options.sameRate ?? null),
  };
  const tradeOffs = [...ahead.filter((each) => !winners.includes(each)), ...(isFirst ? traded : [])].map(
    ({ arm }) => arm.name,
  );
  return { ...experiment, conclusion: conclude(experiment, { objective, guard, decides, tradeOffs }) };
}

/**
 * What the tail at one rate says of an arm. One that does not keep up with a rate that the other keeps up with has the
 * worse tail; where neither does, or the generator did not, it says nothing. Null: it was not asked.
 */
function tailWord(
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

function sameRateOf(
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

/** Null: all of them hold. */
function brokenText(name: string, trials: readonly Trial[]): string | null {
  const broken = trials.filter(({ invalid }) => invalid.length > 0);
  const [reason] = broken[0]?.invalid ?? [];
  return reason === undefined ? null : `${broken.length} of ${trials.length} runs of ${name}: ${reason}`;
}

function armOf(
  settings: Readonly<Record<string, string>>,
  arm: ArmTrials | undefined,
  constrained: boolean,
): ExperimentArm {
  const trials = arm?.trials ?? [];
  return {
    name: nameOf(settings),
    settings,
    qps: trials.map(({ qps }) => qps),
    p99Us: trials.map(({ p99Us }) => p99Us),
    values: trials.map(({ value }) => value),
    errorRate: trials.map(({ errorRate }) => errorRate),
    met: constrained ? trials.filter(({ met }) => met === true).length : null,
    left: arm?.left ?? null,
  };
}

function invalidOf(
  shown: readonly { readonly arm: ExperimentArm; readonly trials: readonly Trial[] }[],
): string[] {
  const told = new Map<string, string>();
  for (const { arm, trials } of shown) {
    const broken = brokenText(arm.name, trials);
    if (broken !== null) told.set(arm.name, broken);
    if (trials.length === 0 && arm.left === null) told.set(arm.name, `no run of ${arm.name}`);
    if (arm === shown[0]?.arm && arm.left !== null) told.set(arm.name, `${arm.name} ${arm.left}`);
  }
  return [...told.values()];
}

function comparisonOf(test: Test, arm: string, minEffect: number): ArmComparison {
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

/** Those of the others that are not proven to differ from the leader, which was chosen among all: so all pairs count. */
function notTold(leader: ExperimentArm, others: readonly ExperimentArm[], arms: number): string[] {
  const values = (arm: ExperimentArm) => arm.values.filter((value) => value !== null);
  const ps = others.map((other) => rankSumP([{ base: values(leader), other: values(other) }]));
  const pairs = (arms * (arms - 1)) / 2;
  const adjusted = holm([...ps, ...new Array<number>(Math.max(0, pairs - ps.length)).fill(1)]);
  return others.filter((_, i) => (adjusted[i] ?? 1) > ALPHA).map(({ name }) => name);
}

/** Of the first arm as the best: the greatest, as it has to hold against each of the others. */
function pOf(
  comparisons: readonly ArmComparison[],
  verdict: string,
  base: string,
  metric: string,
): number | null {
  const ps = comparisons
    .filter((each) => each.metric === metric && (verdict === '~' || verdict === base || each.arm === verdict))
    .map(({ p }) => p)
    .filter((p) => p !== null);
  if (ps.length === 0) return null;
  return verdict === base ? Math.max(...ps) : Math.min(...ps);
}
