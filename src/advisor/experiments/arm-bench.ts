import { type Plan, ZipfireError } from '../../core/index.js';
import type { Service } from '../service/index.js';
import { announceRate } from './announce.js';
import type { ExperimentOptions, Laboratory } from './laboratory.js';
import { type Arm, ArmFailure, type ArmTrials, type Objective, type Trial } from './runner.js';
import { atRate, rateForAll, type SameRate, tail } from './same-rate.js';
import { runSession } from './session.js';
import { repeatsFor } from './tests.js';
import { runTrial } from './trial.js';

/** Requests that tell whether a protocol is spoken. */
const TRY_REQUESTS = 10;

/** Runs arms, each on the service that it wants. */
export class ArmBench {
  readonly #options: ExperimentOptions;
  readonly #laboratory: Laboratory;
  /** Whether each run has a service of its own: what one leaves behind is not the next one's. */
  readonly #restarts: boolean;
  /** Arms whose service did not run at one rate, and why. */
  readonly failures: string[] = [];
  #service: Service | null = null;
  #prefilled = false;

  constructor(options: ExperimentOptions, laboratory: Laboratory, restarts: boolean) {
    this.#options = options;
    this.#laboratory = laboratory;
    this.#restarts = restarts;
  }

  /** What each run takes besides its load. */
  get restartMs(): number {
    return this.#restarts ? (this.#laboratory.starter?.restartMs ?? 0) : 0;
  }

  async measure(
    arm: Arm,
    objective: Objective = this.#options.objective,
    constraints: readonly string[] = this.#options.constraints,
  ): Promise<Trial> {
    const { armMs, warmupMs } = this.#options;
    const { prefill } = arm.plan.phases;
    const phases = {
      ...arm.plan.phases,
      prefill: this.#prefilled && !this.#restarts ? null : prefill,
      warmupMs,
      measure: { durationMs: armMs, requests: null },
      repeat: 1,
    };
    try {
      await this.#ready(arm);
      const trial = await this.#run({ ...arm.plan, phases, gates: constraints }, objective);
      if (this.#restarts) await this.close();
      return trial;
    } catch (error) {
      if (this.#laboratory.starter === null || !isUnreachable(error)) throw error;
      await this.close();
      throw new ArmFailure(error);
    }
  }

  /** A service that ended meanwhile says more than a load that found nobody. */
  async #run(plan: Plan, objective: Objective): Promise<Trial> {
    const service = this.#service;
    try {
      const { result: _, ...trial } = await runTrial(
        plan,
        this.#laboratory.run,
        objective,
        service?.pid ?? null,
      );
      this.#prefilled = true;
      if (!this.#laboratory.stopped()) service?.check();
      return trial;
    } catch (error) {
      if (isUnreachable(error) && !this.#laboratory.stopped()) service?.check();
      throw error;
    }
  }

  /**
   * The tail of the first arm and of others at one rate, in turns.
   *
   * @param done what all of them gave in a closed loop
   * @param others by index
   * @returns null: they carry nothing, or it was ended by hand
   */
  async atSameRate(done: readonly ArmTrials[], others: readonly number[]): Promise<SameRate | null> {
    const asked = [0, ...others];
    const rate = rateForAll(done, asked);
    if (rate === null) return null;
    const { repeats: given, plan } = this.#options;
    const repeats = given ?? repeatsFor(asked.length, 1);
    const arms = asked.flatMap((at) => done.slice(at, at + 1).map(({ arm }) => atRate(arm, rate)));
    const { armMs, warmupMs } = this.#options;
    const times = { repeats, runMs: armMs + warmupMs, restartMs: this.restartMs };
    this.#laboratory.tell({ text: announceRate(arms, rate, times) });
    const session = await runSession(
      arms,
      { repeats, seed: plan.seed, race: null },
      { ...this.#laboratory, measure: (arm) => this.measure(arm, tail, []) },
    );
    this.failures.push(...session.failed);
    if (session.interrupted || session.failed.length > 0) return null;
    const none = { trials: [], left: null };
    return {
      rate,
      arms: done.map(({ arm }, at) => session.arms[asked.indexOf(at)] ?? { arm, ...none }),
    };
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
      if (isUnreachable(error)) return false;
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

function isUnreachable(error: unknown): error is ZipfireError {
  return error instanceof ZipfireError && error.code === 'unreachable';
}
