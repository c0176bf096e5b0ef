import type { Experiment, ExperimentArm } from '../../core/index.js';
import { holm } from '../../statistics/holm.js';
import { median } from '../../statistics/order.js';
import { rankSumP } from '../../statistics/rank-sum.js';
import { conclude } from './conclude.js';
import type { JudgeOptions, View } from './figures.js';
import { nameOf } from './load-arms.js';
import type { ArmTrials, Trial } from './runner.js';
import { brokenText, sameRateOf, tailWord } from './same-rate-word.js';
import { ALPHA, comparisonOf, type Test } from './tests.js';

/** An arm that fails more requests than the first one by so much is not better, however fast. */
const MORE_ERRORS = 0.001;

/** An arm of this view. */
interface Shown {
  /** In the session. */
  readonly at: number;
  readonly trials: readonly Trial[];
  readonly arm: ExperimentArm;
}

/** What came of one experiment of a session. @param tests of all its views, and of the tail at one rate */
export function judgeView(
  view: View,
  arms: readonly ArmTrials[],
  tests: readonly Test[],
  options: JudgeOptions,
): Experiment {
  const { objective, guard, constrained, minEffect, sameRate = null } = options;
  const shown = view.arms.map(
    ({ at, settings }): Shown => ({
      at,
      trials: arms[at]?.trials ?? [],
      arm: armOf(settings, arms[at], constrained),
    }),
  );
  const [base, ...others] = shown;
  if (base === undefined) throw new Error('an experiment has a first arm');
  const comparisons = others.flatMap(({ at, arm: { name } }) =>
    tests.filter((test) => test.at === at).map((test) => comparisonOf(test, name, minEffect)),
  );
  const said = (name: string, metric: string) =>
    comparisons.find((each) => each.arm === name && each.metric === metric)?.verdict ?? '~';
  const guardSays = ({ at, arm: { name } }: Shown) => {
    if (!view.guarded || guard === null) return '~';
    const word = said(name, guard.name);
    const opposes = word !== '~' && said(name, objective.name) === (word === 'better' ? 'worse' : 'better');
    return (opposes ? tailWord(at, sameRate, (metric) => said(name, metric)) : null) ?? word;
  };

  const decides = isAble(base, base) ? objective.name : 'constraints';
  const ahead = others.filter((each) => isAble(each, base) && said(each.arm.name, decides) === 'better');
  const winners = ahead.filter((each) => guardSays(each) !== 'worse');
  const sign = objective.better === 'higher' ? 1 : -1;
  const [leader] = winners.toSorted((a, b) => sign * (middleOf(b) - middleOf(a)));

  const behind = others.filter(({ arm }) => said(arm.name, objective.name) === 'worse');
  const isFirst = isAble(base, base) && others.length > 0 && behind.length === others.length;
  const traded = behind.filter((each) => guardSays(each) === 'better');
  const baseIsBest = isFirst && traded.length === 0;

  const invalid = invalidOf(shown);
  const isValid = invalid.length === 0;
  const verdict = !isValid ? '~' : (leader?.arm.name ?? (baseIsBest ? base.arm.name : '~'));
  const experiment: Omit<Experiment, 'conclusion'> = {
    name: view.name,
    metric: objective.name,
    arms: shown.map(({ arm }) => arm),
    comparisons,
    verdict,
    tied: isValid ? tiedWith(leader, winners, shown.length) : [],
    p: pOf(comparisons, verdict, base.arm.name, decides),
    invalid,
    ...sameRateOf(shown, sameRate),
  };
  const tradeOffs = [...ahead.filter((each) => !winners.includes(each)), ...(isFirst ? traded : [])].map(
    ({ arm }) => arm.name,
  );
  return { ...experiment, conclusion: conclude(experiment, { objective, guard, decides, tradeOffs }) };
}

/** Whether an arm may win at all: it meets the constraints in most of its runs, and fails no more than the first one. */
function isAble({ arm, trials }: Shown, base: Shown): boolean {
  const errorsOf = (some: readonly Trial[]) => median(some.map(({ errorRate }) => errorRate));
  return (
    trials.length > 0 &&
    (arm.met === null || 2 * arm.met > trials.length) &&
    (base.trials.length === 0 || errorsOf(trials) <= errorsOf(base.trials) + MORE_ERRORS)
  );
}

function middleOf({ arm }: Shown): number {
  return median(arm.values.map((each) => each ?? 0));
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

function invalidOf(shown: readonly Shown[]): string[] {
  const told = new Map<string, string>();
  for (const { arm, trials } of shown) {
    const broken = brokenText(arm.name, trials);
    if (broken !== null) told.set(arm.name, broken);
    if (trials.length === 0 && arm.left === null) told.set(arm.name, `no run of ${arm.name}`);
    if (arm === shown[0]?.arm && arm.left !== null) told.set(arm.name, `${arm.name} ${arm.left}`);
  }
  return [...told.values()];
}

/** Winners that are not proven to differ from their leader, which was chosen among all arms: so all pairs count. */
function tiedWith(leader: Shown | undefined, winners: readonly Shown[], arms: number): string[] {
  if (leader === undefined) return [];
  const others = winners.filter((each) => each !== leader);
  const values = ({ arm }: Shown) => arm.values.filter((value) => value !== null);
  const ps = others.map((other) => rankSumP([{ base: values(leader), other: values(other) }]));
  const pairs = (arms * (arms - 1)) / 2;
  const adjusted = holm([...ps, ...new Array<number>(Math.max(0, pairs - ps.length)).fill(1)]);
  return others.filter((_, i) => (adjusted[i] ?? 1) > ALPHA).map(({ arm }) => arm.name);
}

/** Of the first arm as the best: the greatest, as it has to hold against each of the others. */
function pOf(
  comparisons: Experiment['comparisons'],
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
