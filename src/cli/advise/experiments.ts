import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import {
  experiment,
  firstArm,
  type Gathered,
  type Place,
  type SessionEvent,
  Starter,
  startGuard,
} from '../../advisor/index.js';
import {
  ExitCode,
  escapeText,
  formatRateExact,
  formatUs,
  type Plan,
  type Result,
  usageError,
} from '../../core/index.js';
import { redactPlanError } from '../../profile/index.js';
import { runJudged } from '../measure/judged-run.js';
import { onInterrupt, runShown } from '../measure/measure.js';
import { ProgressView } from '../measure/progress.js';
import {
  checkConstraints,
  type ExperimentSettings,
  objectiveOf,
  type ServiceSettings,
} from './experiment-flags.js';
import { firstAnswer } from './first-answer.js';
import type { SourceFlags } from './flags.js';
import { gatherAround } from './sources.js';

/** What a run and the experiments after it gave. */
export interface Experimented {
  readonly result: Result;
  readonly gathered: Gathered;
  readonly notes: readonly string[];
  readonly interrupted: boolean;
}

const WARMUP_MS = 1000;

/**
 * Looks at the service under its load, and then runs experiments on it. A service of ours is started for it, and
 * ended whatever happens: also when this process is.
 */
export async function gatherAndTry(
  plan: Plan,
  sources: SourceFlags,
  settings: ExperimentSettings,
  quiet: boolean,
): Promise<Experimented> {
  checkPlan(plan);
  checkConstraints(settings.constraints, plan);
  const objective = objectiveOf(settings.objective, plan);
  const session = new Session(plan, settings.service, quiet);
  try {
    const first = await session.look(settings, sources);
    if (first.interrupted) return { ...first, notes: session.notes };
    const { facts, interrupted } = await experiment(
      {
        plan,
        protocol: first.result.connections.protocol,
        asked: settings.asked,
        factors: settings.factors,
        factorial: settings.factorial,
        objective,
        isAsked: settings.objective !== null,
        armMs: settings.armMs,
        warmupMs: plan.phases.warmupMs > 0 ? plan.phases.warmupMs : WARMUP_MS,
        repeats: settings.repeats,
        minEffect: settings.minEffect,
        constraints: settings.constraints,
      },
      session,
    );
    const gathered = { ...first.gathered, facts: { ...first.gathered.facts, experiments: facts } };
    return { result: first.result, gathered, notes: session.notes, interrupted };
  } catch (error) {
    // The end of a log may hold whatever the service was given.
    const varied = settings.factors.filter(({ secret }) => secret).flatMap(({ values }) => values);
    throw redactPlanError({ ...plan, secrets: [...(plan.secrets ?? []), ...varied] }, error, process.env);
  } finally {
    await session.close();
  }
}

/** @throws ZipfireError `usage` */
function checkPlan(plan: Plan): void {
  if (plan.replay !== undefined)
    throw usageError('experiments repeat one load, and a replay has its own', 'leave --replay out');
  const { stages, connectionStages, concurrencyStages } = plan.load;
  if (stages ?? connectionStages ?? concurrencyStages)
    throw usageError('experiments need a steady load, and this one has stages', 'leave the stages out');
}

class Session {
  readonly notes: readonly string[];
  readonly starter: Starter | null;
  readonly #plan: Plan;
  readonly #quiet: boolean;
  readonly #controller = new AbortController();
  readonly #undo: (() => void)[] = [];
  #view: ProgressView | null = null;

  constructor(plan: Plan, service: ServiceSettings | null, quiet: boolean) {
    this.#plan = plan;
    this.#quiet = quiet;
    this.#undo.push(onInterrupt(this.#controller, () => this.#view?.done()));
    if (service === null) {
      this.starter = null;
      this.notes = [];
      return;
    }
    if (process.platform === 'win32')
      throw usageError(
        '--exec ends processes by their group, which Windows does not have',
        'start the service yourself',
      );
    const logFolder = service.logs ?? mkdtempSync(join(os.tmpdir(), 'zipfire-logs-'));
    const guard = startGuard(service.graceMs);
    const { words, ready, readyMs, graceMs } = service;
    const places = placesOf(plan, ready);
    const answers = () => firstAnswer(plan, this.#runUnseen);
    const readiness = ready === null ? { ...(places[0] as Place), answers } : { url: ready }; // of the target, which is always there
    const tell = (text: string) => this.tell({ text });
    const spec = { words, env: process.env, readiness, places, readyMs, graceMs, logFolder, tell };
    const starter = starterOf(spec, guard);
    this.starter = starter;
    this.notes = [`what the service said is in ${logFolder}`];
    const kill = () => starter.kill();
    process.on('exit', kill);
    this.#undo.push(
      () => process.off('exit', kill),
      () => guard.close(),
    );
  }

  /** The service as it is, under the load as it is: what rules look at. */
  async look(settings: ExperimentSettings, sources: SourceFlags): Promise<Omit<Experimented, 'notes'>> {
    const { name, environment, args } = firstArm({ plan: this.#plan, protocol: null, ...settings });
    const service = await this.starter?.start(name, environment, args, this.stopped);
    // Nothing was measured that could be judged, and what is not ready is not to be loaded.
    if (this.stopped()) return this.#leave();
    try {
      const given = { ...sources, pid: sources.pid ?? service?.pid ?? null };
      const run = () => runShown(this.#plan, this.#quiet);
      const { value: result, gathered } = await gatherAround(given, this.#plan, run, this.#quiet);
      const interrupted = this.stopped() || result.verdict === 'interrupted';
      if (!interrupted) service?.check();
      return { result, gathered: withStarted(gathered, service?.pid), interrupted };
    } finally {
      await service?.stop();
    }
  }

  async #leave(): Promise<never> {
    await this.close();
    process.stderr.write('zipfire: interrupted before the service was ready\n');
    process.exit(ExitCode.interrupted);
  }

  readonly stopped = (): boolean => this.#controller.signal.aborted;

  /** Nobody needs to see it, and its own end by hand is enough. */
  readonly #runUnseen = async (given: Plan): Promise<Result> =>
    runJudged(await compiled(given), null, { signal: AbortSignal.any([this.#controller.signal]) });

  readonly run = async (given: Plan): Promise<Result> => {
    const plan = await compiled(given);
    const view = this.#quiet || !process.stderr.isTTY ? null : new ProgressView(plan);
    this.#view = view;
    return runJudged(plan, null, {
      // A signal of its own: what a run hangs on it goes with the run.
      signal: AbortSignal.any([this.#controller.signal]),
      onProgress: (progress) => view?.update(progress),
    }).finally(() => view?.done());
  };

  readonly tell = (event: SessionEvent | { readonly text: string }): void => {
    if (this.#quiet) return;
    if ('text' in event) {
      process.stderr.write(`${event.text}\n`);
      return;
    }
    const { round, rounds, arm, trial, word } = event;
    const what = `round ${round} of ${rounds}  ${escapeText(arm.name, { maxLength: 100 })}`;
    if (word !== null) process.stderr.write(`${what}  ${escapeText(word, { maxLength: 300 })}\n`);
    else if (trial !== null)
      process.stderr.write(`${what}  ${formatRateExact(trial.qps)}/s  p99 ${formatUs(trial.p99Us)}\n`);
  };

  /** Ends what is left, and lets go of Ctrl-C. */
  async close(): Promise<void> {
    try {
      await this.starter?.stop();
    } finally {
      this.#view?.done();
      for (const undo of this.#undo) undo();
    }
  }
}

/** A fix that names a process is of no use when that has ended. */
function withStarted(gathered: Gathered, pid: number | undefined): Gathered {
  const { facts } = gathered;
  const { process: seen } = facts;
  if (seen === undefined || seen.pid !== pid) return gathered;
  return { ...gathered, facts: { ...facts, process: { ...seen, started: true } } };
}

/** @throws ZipfireError `usage` when its folder cannot be made */
function starterOf(...given: ConstructorParameters<typeof Starter>): Starter {
  try {
    return new Starter(...given);
  } catch (error) {
    throw usageError(
      `--logs: ${escapeText((error as Error).message)}`,
      'choose a folder that can be written',
    );
  }
}

async function compiled(plan: Plan): Promise<Plan> {
  const { grpc } = plan;
  return grpc === undefined
    ? plan
    : (await import('../measure/compile-plan.js')).compilePlan(plan, grpc, true);
}

/** What the service listens on, as far as we know. */
function placesOf({ target }: Plan, ready: string | null): Place[] {
  const { host, port, socketPath } = target;
  const places: Place[] = [{ host, port, socketPath }];
  if (ready === null) return places;
  const url = new URL(ready);
  const place = {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
    socketPath: null,
  };
  const known = socketPath === null && place.host === host && place.port === port;
  return known ? places : [...places, place];
}
