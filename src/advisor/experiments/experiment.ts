import { formatRateExact, type Plan, ZipfireError } from '../../core/index.js';
import type { Service, Starter } from '../service/index.js';
import type { ExperimentFacts } from './facts.js';
import { judgeSession, repeatsFor, usualGuard } from './judge.js';
import { planSession, type Request, type SessionPlan } from './plan-session.js';
import type { Arm, Objective, Runner, Trial } from './runner.js';
import { runSession, type SessionEvent } from './session.js';
import { runTrial } from './trial.js';
import { triedOf } from './tried.js';

export interface ExperimentOptions extends Request {
  readonly objective: Objective;
  /** Whether somebody said what counts: then arms race for it, and nothing else stands in their way. */
  readonly isAsked: boolean;
  /** Of each run. */
  readonly armMs: number;
  readonly warmupMs: number;
  /** Runs of each arm; null: enough to prove something. */
  readonly repeats: number | null;
  readonly minEffect: number;
  /** Gates that an arm has to meet. */
  readonly constraints: readonly string[];
}

/** What experiments are run with. */
export interface Laboratory {
  readonly run: Runner;
  /** Starts the service for each arm; null: it runs already, and is left alone. */
  readonly starter: Starter | null;
  readonly stopped: () => boolean;
  readonly tell: (event: SessionEvent | { readonly text: string }) => void;
}

/** Requests that tell whether a protocol is spoken. */
const TRY_REQUESTS = 10;

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
    if (views.length > 0) laboratory.tell({ text: announce(session, repeats, options) });
    const race = isAsked && arms.length > 2 ? objective : null;
    const { seed } = options.plan;
    const done =
      views.length === 0
        ? { arms: [], again: 0, interrupted: false }
        : await runSession(
            arms,
            { repeats, seed, race },
            { ...laboratory, measure: (arm) => bench.measure(arm) },
          );
    const judged = judgeSession(done.arms, views, { objective, guard, constrained, minEffect });
    const tried = judged.map((each) => triedOf(each, protocol));
    const winners = tried.filter(({ isBest, experiment: { verdict } }) => verdict !== '~' && !isBest);
    const notes = [
      ...session.notes,
      ...(done.interrupted
        ? ['the experiments were ended by hand: there are fewer runs than were planned']
        : []),
      ...(done.again > 0 ? [`${done.again} of the runs did not hold, and were run again`] : []),
      ...sharedNotes(done.arms.flatMap(({ trials }) => trials)),
      ...(winners.length > 1 && !options.factorial
        ? ['the settings that won were not measured together; --factorial does that']
        : []),
    ];
    const best = Object.assign({}, ...winners.map(({ experiment: each }) => changed(each)));
    return { facts: { tried, best, notes }, interrupted: done.interrupted };
  } finally {
    await bench.close();
  }
}

/** Runs arms, each on the service that it wants. */
class ArmBench {
  readonly #options: ExperimentOptions;
  readonly #laboratory: Laboratory;
  /** Whether each run has a service of its own: what one leaves behind is not the next one's. */
  readonly #restarts: boolean;
  #service: Service | null = null;
  #prefilled = false;

  constructor(options: ExperimentOptions, laboratory: Laboratory, restarts: boolean) {
    this.#options = options;
    this.#laboratory = laboratory;
    this.#restarts = restarts;
  }

  async measure(arm: Arm): Promise<Trial> {
    const { objective, armMs, warmupMs, constraints } = this.#options;
    const { prefill } = arm.plan.phases;
    const phases = {
      ...arm.plan.phases,
      prefill: this.#prefilled && !this.#restarts ? null : prefill,
      warmupMs,
      measure: { durationMs: armMs, requests: null },
      repeat: 1,
    };
    await this.#ready(arm);
    const { result: _, ...trial } = await runTrial(
      { ...arm.plan, phases, gates: constraints },
      this.#laboratory.run,
      objective,
    );
    this.#prefilled = true;
    if (!this.#laboratory.stopped()) this.#service?.check();
    if (this.#restarts) await this.close();
    return trial;
  }

  /** Whether a plan's requests are answered at all, by the protocol that it wants. */
  async isAnswered(arm: Arm): Promise<boolean> {
    const phases = {
      ...arm.plan.phases,
      prefill: null,
      warmupMs: 0,
      measure: { durationMs: null, requests: TRY_REQUESTS },
      repeat: 1,
    };
    const load = { ...arm.plan.load, connections: 1, workers: 1, rate: null };
    await this.#ready(arm);
    try {
      const { summary } = await this.#laboratory.run({ ...arm.plan, phases, load, gates: [] });
      return summary.ok > 0;
    } catch (error) {
      if (error instanceof ZipfireError && error.code === 'unreachable') return false;
      throw error;
    } finally {
      if (this.#restarts) await this.close();
    }
  }

  async #ready({ name, environment, args }: Arm): Promise<void> {
    const { starter, stopped } = this.#laboratory;
    if (starter === null || this.#service !== null) return;
    this.#service = await starter.start(name, environment, args, stopped);
  }

  async close(): Promise<void> {
    const service = this.#service;
    this.#service = null;
    await service?.stop();
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

function announce(
  { arms }: SessionPlan,
  repeats: number,
  { armMs, warmupMs, isAsked }: ExperimentOptions,
): string {
  const seconds = Math.ceil((arms.length * repeats * (armMs + warmupMs)) / 1000);
  const most = isAsked && arms.length > 2 ? 'at most ' : '';
  return `${arms.length} arms, ${most}${repeats} runs each, in turns: ${most}${formatRateExact(seconds)} s under load`;
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
