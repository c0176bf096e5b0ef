import type { Plan } from '../../core/index.js';
import { announce } from './announce.js';
import { ArmBench } from './arm-bench.js';
import type { ExperimentFacts } from './facts.js';
import { usualGuard } from './figures.js';
import { judgeSession } from './judge.js';
import type { ExperimentOptions, Laboratory } from './laboratory.js';
import { planSession, type Request, type SessionPlan } from './plan-session.js';
import type { Arm, Trial } from './runner.js';
import { disputedArms } from './same-rate.js';
import { runSession } from './session.js';
import { repeatsFor } from './tests.js';
import { triedOf } from './tried.js';

/** Runs experiments under load, and judges them. An end by hand leaves what was measured by then. */
export async function experiment(
  options: ExperimentOptions,
  laboratory: Laboratory,
): Promise<{ readonly facts: ExperimentFacts; readonly interrupted: boolean }> {
  const { objective, isAsked, minEffect, constraints, protocol, factors } = options;
  const bench = new ArmBench(options, laboratory, factors.length > 0);
  try {
    const session = await withoutUnspoken(planSession(options), bench);
    const { arms, views } = session;
    const guard = isAsked ? null : usualGuard(objective);
    const constrained = constraints.length > 0;
    const figures = 1 + Number(guard !== null) + Number(constrained);
    const repeats = options.repeats ?? repeatsFor(arms.length, figures);
    const race = isAsked && arms.length > 2 ? objective : null;
    const times = { repeats, runMs: options.armMs + options.warmupMs, restartMs: bench.restartMs };
    if (views.length > 0) laboratory.tell({ text: announce(arms, race !== null, times) });
    const { seed } = options.plan;
    const done =
      views.length === 0
        ? { arms: [], again: 0, interrupted: false, failed: [] }
        : await runSession(
            arms,
            { repeats, seed, race },
            { ...laboratory, measure: (arm) => bench.measure(arm) },
          );
    const judging = { objective, guard, constrained, minEffect };
    const first = judgeSession(done.arms, views, judging);
    const disputed =
      guard === null || options.plan.load.rate !== null || done.interrupted
        ? []
        : disputedArms(first, views, [objective.name, guard.name]);
    const sameRate = disputed.length === 0 ? null : await bench.atSameRate(done.arms, disputed);
    const judged = sameRate === null ? first : judgeSession(done.arms, views, { ...judging, sameRate });
    const interrupted = done.interrupted || laboratory.stopped();
    const tried = judged.map((each) => triedOf(each, protocol));
    const winners = tried.filter(({ isBest, experiment: { verdict } }) => verdict !== '~' && !isBest);
    const notes = [
      ...session.notes,
      ...(interrupted ? ['the experiments were ended by hand: there are fewer runs than were planned'] : []),
      ...done.failed,
      ...bench.failures,
      ...(done.again > 0 ? [`${done.again} of the runs did not hold, and were run again`] : []),
      ...sharedNotes([...done.arms, ...(sameRate?.arms ?? [])].flatMap(({ trials }) => trials)),
      ...(winners.length > 1 && !options.factorial
        ? ['the settings that won were not measured together; --factorial does that']
        : []),
    ];
    const best = Object.assign({}, ...winners.map(({ experiment: each }) => changed(each)));
    return { facts: { tried, best, notes }, interrupted };
  } finally {
    await bench.close();
  }
}

/** HTTP/2 is tried where it is spoken. */
async function withoutUnspoken(session: SessionPlan, bench: ArmBench): Promise<SessionPlan> {
  const view = session.views.find(({ name }) => name === 'http');
  const at = view?.arms[1]?.at;
  const arm = at === undefined ? undefined : session.arms[at];
  if (view === undefined || arm === undefined || (await bench.isAnswered(arm))) return session;
  const kept = (index: number) => (index > (at ?? 0) ? index - 1 : index);
  return {
    arms: session.arms.filter((each) => each !== arm),
    views: session.views
      .filter((each) => each !== view)
      .map((each) => ({ ...each, arms: each.arms.map((one) => ({ ...one, at: kept(one.at) })) })),
    notes: [
      ...session.notes,
      `--experiment http2 is not tried: the target does not speak ${arm.settings['http'] ?? ''}`,
    ],
  };
}

/** Once, however many runs say it. */
function sharedNotes(trials: readonly Trial[]): string[] {
  const told = trials.flatMap(({ caveats }) => caveats.slice(0, 1));
  const [first] = told;
  if (first === undefined) return [];
  return [
    `in ${told.length} of ${trials.length} runs the machine was short of CPU (${first}): what is proven holds on such a machine, elsewhere the gain may be another`,
  ];
}

function changed({ arms, verdict }: ExperimentFacts['tried'][number]['experiment']): Record<string, string> {
  const [base] = arms;
  const best = arms.find(({ name }) => name === verdict);
  return Object.fromEntries(
    Object.entries(best?.settings ?? {}).filter(([name, value]) => base?.settings[name] !== value),
  );
}

/** The first arm: what the service and the load are before anything is tried. */
export function firstArm(request: Request): Arm & { readonly plan: Plan } {
  const [first] = planSession(request).arms;
  if (first === undefined) throw new Error('a session has a first arm');
  return first;
}
