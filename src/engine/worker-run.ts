import { type Driver, type DriverOptions, nowNs, type Plan, SLICE_MS, WARMUP_HITS } from '../core/index.js';
import { createDriver } from '../drivers/index.js';
import { createPacer, warmupSchedule } from '../pace/index.js';
import { Recorder } from '../record/index.js';
import { HitsReader } from '../replay/index.js';
import { DriverTotals } from './driver-totals.js';
import { ThreadHealth } from './health.js';
import { firstConnections, type Limits, limitsOf } from './limits.js';
import { Log } from './log/log.js';
import { LoggedCalls, logConnections } from './log/logged-calls.js';
import { LoadLoop, type Loop, type Stretch, type StretchReport } from './loop.js';
import type { FromWorker, PhaseReport, PhaseSpec, SentStage, WorkerData } from './messages.js';
import type { OperationMix } from './mix.js';
import { NotingDriver } from './noting-driver.js';
import { planMix, prefillMix, userMix } from './plan-mix.js';
import { type ReplayMix, replayMix } from './replay-mix.js';
import { RunningScript } from './script/running.js';
import { ScriptedSends } from './script/sends.js';
import { connectionShare } from './share.js';
import { SlowTraces } from './slow-traces.js';
import { addressShare } from './spread.js';
import { Tracer } from './trace.js';
import { UserLoop } from './users/loop.js';
import { hasUsers, Users } from './users/users.js';

type LoadPhase = Extract<PhaseSpec, { kind: 'load' }>;
type PrefillPhase = Extract<PhaseSpec, { kind: 'prefill' }>;

/** One worker's part of a run: its connections, and phase after phase on them. */
export class WorkerRun {
  readonly #data: WorkerData;
  readonly #post: (message: FromWorker) => void;
  readonly #plan: Plan;
  readonly #loop: Loop;
  /** Null: requests belong to nobody. */
  readonly #users: Users | null;
  readonly #tracer: Tracer | null;
  readonly #health = new ThreadHealth();
  readonly #log: Log | null;
  readonly #totals = new DriverTotals();
  #driver: Driver | null = null;
  #limits: Limits | null = null;
  #mix: OperationMix | null = null;
  /** The same, where it is a log's; null: there is none. */
  #replay: ReplayMix | null = null;
  readonly #hits: HitsReader | null;
  #script: RunningScript | null = null;
  #recorder: Recorder | null = null;
  #ticker: NodeJS.Timeout | undefined;
  #stoppedNs = Number.POSITIVE_INFINITY;
  #graceMs: number;
  /** The connections were closed at the end of a grace: the next phase needs new ones. */
  #worn = false;

  constructor(data: WorkerData, post: (message: FromWorker) => void) {
    this.#data = data;
    this.#plan = data.plan;
    const { trace, seed, replay } = data.plan;
    const hits = replay?.log ?? null;
    this.#hits = hits === null ? null : new HitsReader(hits.path, hits.resolutionMs);
    this.#tracer = trace === undefined ? null : new Tracer(trace.share, seed);
    this.#post = post;
    const { worker, log } = data;
    this.#log = log === null ? null : new Log(log, { worker }, (lines) => post({ type: 'log', lines }));
    this.#graceMs = data.plan.phases.graceMs;
    const dropAfterNs = data.plan.load.timeoutMs * 1e6;
    this.#users = hasUsers(data.plan) ? new Users(data.plan) : null;
    const connections = connectionShare(data.plan.load.connections, data.worker, data.workers);
    this.#loop =
      this.#users === null ? new LoadLoop(dropAfterNs) : new UserLoop(this.#users, connections, dropAfterNs);
  }

  async open(): Promise<void> {
    const { plan, worker, workers } = this.#data;
    this.#script = await RunningScript.start(plan, worker, workers);
    await this.#connect();
    this.#post({ type: 'ready', connected: this.#openDriver().counters.connects });
  }

  async phase(phase: PhaseSpec, startNs: number): Promise<void> {
    if (this.#worn && !this.#stopped) await this.#connect();
    this.#worn = false;
    const report =
      phase.kind === 'prefill' ? await this.#prefill(phase, startNs) : await this.#load(phase, startNs);
    this.#post({ type: 'done', report });
  }

  /** Nothing more is sent, in this phase or a later one. */
  stop(graceMs: number): void {
    this.#stoppedNs = Math.min(this.#stoppedNs, nowNs());
    this.#graceMs = Math.min(this.#graceMs, graceMs);
    this.#recorder?.cut(this.#stoppedNs);
    this.#loop.stop();
    this.#loop.hurry(this.#graceMs);
  }

  async teardown(): Promise<void> {
    await this.#script?.teardown();
    this.#post({ type: 'torn-down' });
  }

  /** An error that nothing caught, as the user is to read it. */
  explain(error: Error): Error {
    return this.#script?.explain(error) ?? error;
  }

  async close(): Promise<void> {
    this.#limits?.stop();
    await this.#driver?.close(0);
    this.#health.close();
    this.#hits?.close();
    this.flushLog();
    this.#post({ type: 'closed' });
  }

  /** Nothing may follow. */
  flushLog(): void {
    this.#log?.flush();
  }

  async #connect(): Promise<void> {
    const { plan, worker, workers, where } = this.#data;
    const { load, target } = plan;
    const connections = connectionShare(load.connections, worker, workers);
    const concurrency = load.concurrency === null ? null : connectionShare(load.concurrency, worker, workers);
    const types = plan.grpc?.types ?? null;
    const active = firstConnections(load, this.#data);
    const options: DriverOptions = {
      ...load,
      target,
      address: where.address,
      ...(where.all === undefined ? {} : { addresses: addressShare(where.all, load, this.#data) }),
      connections,
      concurrency,
      types,
      ...(active === undefined ? {} : { activeConnections: active }),
      ...(this.#log === null ? {} : { log: logConnections(this.#log, where.address) }),
      ...(this.#users === null
        ? {}
        : { pinned: true, ...(this.#users.reads ? { reader: this.#users } : {}) }),
    };
    const sends = this.#script === null ? null : new ScriptedSends(this.#script, this.#loop);
    const judging = sends?.script.judges ? sends : null;
    const logged = this.#log === null ? null : new LoggedCalls(this.#log, judging ?? this.#loop);
    const driver = await createDriver(load.driver, options, logged ?? judging ?? this.#loop);
    const replay = replayMix(plan, this.#hits, driver, worker, this.#tracer);
    const mix = replay ?? this.#newMix(driver, sends);
    await driver.open();
    this.#limits = limitsOf(load, driver, this.#loop, this.#data);
    const limited = this.#limits?.driver ?? driver;
    const listeners = [judging, logged].filter((listener) => listener !== null);
    this.#loop.attach(listeners.reduce((on: Driver, listener) => new NotingDriver(on, listener), limited));
    if (this.#driver !== null) this.#totals.retire(this.#driver);
    this.#driver = driver;
    this.#replay = replay;
    this.#mix = mix;
  }

  #newMix(driver: Driver, sends: ScriptedSends | null): OperationMix {
    const { plan, worker } = this.#data;
    if (this.#users !== null) return userMix(plan, driver, worker, this.#users, this.#tracer);
    return planMix(plan, driver, worker, this.#tracer, sends);
  }

  async #prefill(phase: PrefillPhase, startNs: number): Promise<PhaseReport> {
    const recorder = this.#record('prefill', startNs, Number.POSITIVE_INFINITY, true);
    const { rate = null, count } = phase;
    this.#limits?.follow(Number.POSITIVE_INFINITY);
    this.#loop.begin();
    const report = await this.#send({
      ...this.#share(startNs, Number.POSITIVE_INFINITY, count),
      mix: prefillMix(this.#plan, phase, this.#openDriver(), this.#data.worker, this.#users),
      pacer: createPacer({ rate, arrivals: 'constant' }, 0, { durationMs: null, requests: count }),
      recorder,
    });
    await this.#drain(recorder);
    return this.#report(report.issued, report.failed, startNs, report.lastOutcomeNs);
  }

  async #load(phase: LoadPhase, startNs: number): Promise<PhaseReport> {
    const { seed, load } = this.#plan;
    this.#tracer?.begin(Date.now());
    this.#loop.begin();
    const measureNs = startNs + phase.warmupMs * 1e6;
    this.#limits?.follow(measureNs);
    if (phase.warmupMs > 0) {
      const recorder = this.#record('warmup', startNs, measureNs, false);
      await this.#send({
        ...this.#share(startNs, measureNs, this.#replay?.hits ?? Number.POSITIVE_INFINITY),
        hitOffset: WARMUP_HITS,
        pacer:
          this.#replay?.pacer(null) ??
          createPacer(warmupSchedule(load), seed, { durationMs: phase.warmupMs, requests: null }),
        recorder,
      });
      this.#finish(recorder);
    }
    this.#health.reset();
    this.#script?.takeSpentNs();
    const endNs = phase.durationMs === null ? Number.POSITIVE_INFINITY : measureNs + phase.durationMs * 1e6;
    const recorder = this.#record('measure', measureNs, endNs, phase.requests !== null);
    const pacer = this.#replay?.pacer(phase.requests) ?? createPacer(load, seed, phase);
    const traces = this.#tracer === null ? null : new SlowTraces(this.#tracer, this.#openDriver().slots);
    const report = await this.#send({
      ...this.#share(measureNs, endNs, phase.requests ?? Number.POSITIVE_INFINITY),
      pacer,
      recorder,
      traces,
    });
    const sentNs = nowNs();
    const health = { ...this.#health.read(), scriptNs: this.#script?.takeSpentNs() ?? 0 };
    await this.#drain(recorder);
    // A number of requests ends a closed loop with its last outcome, and an open one when the next would be due:
    // there one straggler says nothing of the rate. But what could not be sent in time took longer than planned.
    const lastNs =
      phase.requests === null
        ? endNs
        : load.rate === null
          ? report.lastOutcomeNs
          : measureNs + (pacer.dueNs(phase.requests) ?? 0);
    const scheduleEndNs = Math.min(endNs, lastNs, this.#stoppedNs);
    const ownEndNs = load.rate === null ? scheduleEndNs : Math.max(scheduleEndNs, sentNs);
    return {
      ...this.#report(
        report.issued,
        report.failed,
        measureNs,
        Math.min(endNs, ownEndNs, this.#stoppedNs),
        scheduleEndNs,
      ),
      ...health,
      traces: traces?.slowest ?? [],
      ...(report.users === undefined ? {} : { users: report.users }),
    };
  }

  async #send(stretch: Stretch): Promise<StretchReport> {
    if (this.#stopped) return { issued: 0, failed: 0, lastOutcomeNs: stretch.startNs };
    return this.#loop.run(stretch);
  }

  get #stopped(): boolean {
    return this.#stoppedNs < Number.POSITIVE_INFINITY;
  }

  #openDriver(): Driver {
    if (this.#driver === null) throw new Error('the worker was asked to run before it was ready');
    return this.#driver;
  }

  /** What all stretches of this worker have in common. */
  #share(startNs: number, endNs: number, endHit: number) {
    const { worker, workers } = this.#data;
    if (this.#mix === null) throw new Error('the worker was asked to run before it was ready');
    return {
      mix: this.#mix,
      first: worker,
      stride: workers,
      hitOffset: 0,
      startNs,
      endNs,
      endHit,
      traces: null,
    };
  }

  /** A recorder of a stage, which closes its seconds also while nothing happens. */
  #record(stage: SentStage, startNs: number, endNs: number, ownOnly: boolean): Recorder {
    this.#post({ type: 'stage', stage });
    const recorder = new Recorder({
      worker: this.#data.worker,
      operations: this.#plan.operations.length + (this.#plan.sequences?.length ?? 0),
      openLoop: (stage === 'prefill' ? this.#plan.phases.prefill?.rate : this.#plan.load.rate) != null,
      startNs,
      endNs,
      ownOnly,
      inFlight: () => this.#loop.inFlight,
      onSnapshot: (snapshot) => this.#post({ type: 'snapshot', stage, snapshot }),
    });
    clearInterval(this.#ticker);
    this.#ticker = setInterval(() => recorder.note(nowNs()), SLICE_MS);
    this.#recorder = recorder;
    return recorder;
  }

  #finish(recorder: Recorder): void {
    clearInterval(this.#ticker);
    this.#recorder = null;
    recorder.finish(nowNs());
  }

  /** Waits for what is in flight. What is still out after the grace ends as timed out, with its connection. */
  async #drain(recorder: Recorder): Promise<void> {
    this.#post({ type: 'stage', stage: 'drain' });
    this.#limits?.stop();
    const idle = await this.#loop.idle(this.#graceMs);
    if (!idle) await this.#openDriver().close(0);
    this.#worn = !idle;
    this.#finish(recorder);
  }

  #report(
    issued: number,
    failed: number,
    startNs: number,
    endNs: number,
    scheduleEndNs = endNs,
  ): PhaseReport {
    return {
      worker: this.#data.worker,
      issued,
      failed,
      startNs,
      endNs: Math.max(startNs, endNs),
      scheduleEndNs: Math.max(startNs, scheduleEndNs),
      ...this.#health.read(),
      scriptNs: 0,
      spun: this.#plan.load.rate !== null && this.#loop.spun,
      counters: this.#totals.counters(this.#openDriver()),
      faults: this.#totals.faults(this.#openDriver()),
      traces: [],
    };
  }
}
