import type { CapacityRun, Plan, Result } from '../core/index.js';
import type { Bench } from './bench.js';
import { type Idle, judgeRun } from './judge.js';
import { type Ask, planAt, withoutPrefill } from './plans.js';

/** Bounds of a capacity measurement, and how its runs are made. */
export interface RunnerOptions {
  readonly warmupMs: number;
  readonly measureMs: number;
  readonly gates: readonly string[];
  readonly mostWorkers: number;
  /** For all of it. A run that would end after it is not begun. */
  readonly maxTimeMs: number;
  /** How long the service may take to come back after a run that failed. */
  readonly coolDownMs: number;
}

/** Thrown within this room alone, to leave the measurement where it stands. */
export class Halt extends Error {
  readonly ended: 'time' | 'interrupted' | 'collapsed';

  constructor(ended: Halt['ended']) {
    super(ended);
    this.ended = ended;
  }
}

/** Between two runs: sockets are closed, and what a collector has put off is done. */
const PAUSE_MS = 250;
const PROBE_MS = 1000;
const IDLE_REQUESTS = 100;
const DRAIN_REQUESTS = 10;
/** How close to its time at rest a service has to come again: by a factor, or by this much. */
const RESTED = 3;
const RESTED_US = 2000;
/** Workers start, connections open, the last responses come in. */
const OVERHEAD_MS = 500;

/** Runs one plan after the other, within the time, with the service at rest before each. */
export class Runner {
  readonly #bench: Bench;
  readonly #options: RunnerOptions;
  readonly #startMs: number;
  #plan: Plan;
  idle: Idle | null = null;

  constructor(plan: Plan, options: RunnerOptions, bench: Bench) {
    this.#plan = plan;
    this.#options = options;
    this.#bench = bench;
    this.#startMs = bench.nowMs();
  }

  /** Whether there is time for a run more. */
  get hasTime(): boolean {
    const { warmupMs, measureMs } = this.#options;
    return this.#hasTimeFor(warmupMs + measureMs);
  }

  #hasTimeFor(ms: number): boolean {
    return this.#bench.nowMs() - this.#startMs + ms + OVERHEAD_MS <= this.#options.maxTimeMs;
  }

  /** Measures the service at rest: one request at a time. */
  async rest(): Promise<void> {
    this.#bench.tell({ kind: 'stage', text: 'at rest: one request at a time' });
    const { summary } = await this.#probe(IDLE_REQUESTS);
    const { mean, p50 } = summary.latencyUs.service;
    this.idle =
      mean === null || p50 === null ? null : { meanUs: mean, p50Us: p50, fails: summary.errors > 0 };
  }

  /** A run, judged. @throws Halt */
  async run(rate: number | null, connections: number): Promise<CapacityRun> {
    const { warmupMs, measureMs, gates } = this.#options;
    if (!this.hasTime) throw new Halt('time');
    const ask = { rate, connections, warmupMs, measureMs, gates };
    const { result, plan } = await this.#measure(ask);
    const run = judgeRun(result, plan, this.idle);
    const { achieved, p99Us, verdict, why } = run;
    this.#bench.tell({ kind: 'judged', achieved, p99Us, verdict, why });
    return run;
  }

  /**
   * To be called between two runs: lets the service come to rest.
   * @throws Halt `collapsed` when it does not, within the cool-down
   */
  async pauseAfter({ verdict }: Pick<CapacityRun, 'verdict'>): Promise<void> {
    if (verdict === 'pass') await this.#bench.wait(PAUSE_MS);
    else await this.#coolDown();
  }

  /** A closed loop without a verdict. @throws Halt */
  async closedLoop(connections: number, measureMs: number): Promise<Result> {
    const warmupMs = measureMs / 4;
    if (!this.#hasTimeFor(warmupMs + measureMs)) throw new Halt('time');
    const { result } = await this.#measure({
      rate: null,
      connections,
      warmupMs,
      measureMs,
      gates: [],
    });
    await this.#bench.wait(PAUSE_MS);
    return result;
  }

  /** Until a light probe is answered as at rest again. @throws Halt */
  async #coolDown(): Promise<void> {
    const { idle } = this;
    const untilMs = this.#bench.nowMs() + this.#options.coolDownMs;
    await this.#bench.wait(PAUSE_MS);
    if (idle === null) return;
    const limitUs = Math.max(RESTED * idle.p50Us, idle.p50Us + RESTED_US);
    for (;;) {
      const { summary } = await this.#probe(DRAIN_REQUESTS);
      const { p50 } = summary.latencyUs.service;
      if (p50 !== null && p50 <= limitUs && (summary.errors === 0 || idle.fails)) return;
      if (this.#bench.nowMs() >= untilMs) throw new Halt('collapsed');
      this.#bench.tell({ kind: 'stage', text: 'waiting for the service to come to rest' });
      await this.#bench.wait(2 * PAUSE_MS);
    }
  }

  async #probe(requests: number): Promise<Result> {
    const ask = { rate: null, connections: 1, warmupMs: 0, measureMs: PROBE_MS, requests, gates: [] };
    return (await this.#measure(ask)).result;
  }

  async #measure(ask: Omit<Ask, 'mostWorkers'>): Promise<{ result: Result; plan: Plan }> {
    if (this.#bench.stopped()) throw new Halt('interrupted');
    const plan = planAt(this.#plan, { ...ask, mostWorkers: this.#options.mostWorkers });
    const result = await this.#bench.measure(plan);
    // What was cut short is not a run.
    if (this.#bench.stopped() || result.verdict === 'interrupted') throw new Halt('interrupted');
    this.#plan = withoutPrefill(this.#plan);
    return { result, plan };
  }
}
