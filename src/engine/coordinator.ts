import { escapeText, nowNs, type Plan, type SecondsListener, type TimelinePoint } from '../core/index.js';
// Not by the room's face: that would load the drivers, which only the workers need.
import { negotiateHttp, protocolName } from '../drivers/negotiate.js';
import { findTarget, type Lookup } from '../drivers/resolve.js';
import { meanRate } from '../pace/index.js';
import { assemble, type Measurement } from './assemble.js';
import { type Repeat, RepeatCollector, windowSec } from './collect.js';
import { Fleet } from './fleet.js';
import { keysDrawn } from './keys-drawn.js';
import { Log, MAX_LOG_BYTES } from './log/log.js';
import type { FromWorker, SentStage, Stage } from './messages.js';
import { scheduledHits, unsentHits } from './planned.js';
import { Seconds } from './seconds.js';
import { spreadOver } from './spread.js';
import { usersTotals } from './users-totals.js';

/** How long responses may still come in after a run was interrupted. */
const INTERRUPT_GRACE_MS = 1000;

/** Where a run stands; see `RunOptions.onProgress`. */
export interface RunProgress {
  readonly stage: 'connect' | Stage;
  /** From 1. */
  readonly repeat: number;
  /** The last full second of the stage. */
  readonly point: TimelinePoint | null;
  /** What the stage has done so far. */
  readonly collected: RepeatCollector | null;
}

export interface RunOptions {
  /** Ends the run early and cleanly: the result holds what was measured until then. */
  readonly signal?: AbortSignal;
  /** Called at each change of stage and about once a second. */
  readonly onProgress?: (progress: RunProgress) => void;
  /** Hears the measured phase of each repeat, second by second. */
  readonly seconds?: SecondsListener | undefined;
  /** Finds the addresses of the target's host; absent: this machine's resolver. */
  readonly lookup?: Lookup;
  /** Keeps the response times of each operation by the second, as those of all together are. */
  readonly intervalsByOperation?: boolean;
  /** Takes lines of JSON: what became of calls and connections. Absent: nothing is written down. */
  readonly log?: ((lines: string) => void) | undefined;
}

/**
 * Runs a plan: starts the workers, leads them through the phases together, and merges what they measure.
 *
 * @throws ZipfireError `unreachable` when nothing could be connected, `worker-died` when a worker ended early
 */
export async function runPlan(plan: Plan, options: RunOptions = {}): Promise<Measurement> {
  return new Run(plan, options).run();
}

class Run {
  readonly #plan: Plan;
  readonly #options: RunOptions;
  /** What is being collected, by the stage that sends it. */
  #collectors: Partial<Record<SentStage, RepeatCollector>> = {};
  #seconds: Seconds | null = null;
  #stage: RunProgress['stage'] = 'connect';
  /** Workers that send no more in this phase. */
  #draining = 0;
  #repeat = 1;
  #point: TimelinePoint | null = null;
  #log: Log | null = null;
  #cpuAtMeasure = process.cpuUsage();
  #cpuAtDrain = process.cpuUsage();

  constructor(plan: Plan, options: RunOptions) {
    this.#plan = plan;
    this.#options = options;
  }

  async run(): Promise<Measurement> {
    const { load, target, phases } = this.#plan;
    const startedAt = new Date();
    const { signal, lookup } = this.#options;
    const interruption = aborted(signal);
    this.#tell();
    const viaProxy = load.client.proxy !== null;
    const where = viaProxy ? { address: null } : await findTarget(target, load, lookup);
    const http = await negotiateHttp(load, target, where.address, signal);
    const protocol = protocolName(load.driver, http, target);
    const plan = { ...this.#plan, load: { ...spreadOver(load, where.all ?? []), http } };
    const log = this.#options.log === undefined ? null : { startNs: nowNs(), maxChars: MAX_LOG_BYTES };
    if (log !== null) this.#log = new Log(log, {}, (lines) => this.#options.log?.(lines));
    this.#log?.write(nowNs(), {
      event: 'resolved',
      startedAt: startedAt.toISOString(),
      host: escapeText(target.socketPath ?? target.host),
      addresses: where.all ?? (where.address === null ? [] : [where.address]),
      protocol,
    });
    const fleet = new Fleet(plan, where, (message) => this.#receive(message), log);
    const stop = () => fleet.stop(INTERRUPT_GRACE_MS);
    try {
      const connected = await Promise.race([fleet.ready().then(() => true), interruption]);
      signal?.addEventListener('abort', stop);
      if (signal?.aborted) stop();
      const prefillFailed = connected ? await this.#prefill(fleet) : 0;
      const repeats: Repeat[] = [];
      for (let i = 0; connected && i < phases.repeat && (i === 0 || !signal?.aborted); i++) {
        this.#repeat = i + 1;
        repeats.push(await this.#measure(fleet));
      }
      if (connected && plan.script !== undefined) await fleet.teardown();
      await fleet.close();
      const interrupted = signal?.aborted ?? false;
      const keys = keysDrawn(this.#plan, repeats);
      return await assemble({
        plan: this.#plan,
        startedAt,
        repeats,
        interrupted,
        prefillFailed,
        keys,
        protocol,
        ...(where.all === undefined ? {} : { addresses: where.all }),
      });
    } finally {
      signal?.removeEventListener('abort', stop);
      await fleet.close();
      this.#log?.flush();
    }
  }

  /** @returns how many writes failed */
  async #prefill(fleet: Fleet): Promise<number> {
    const { prefill } = this.#plan.phases;
    if (prefill === null) return 0;
    this.#collectors = { prefill: this.#newCollector() };
    this.#draining = 0;
    const reports = await fleet.phase({ kind: 'prefill', ...prefill }, nowNs());
    return reports.reduce((sum, { failed }) => sum + failed, 0);
  }

  async #measure(fleet: Fleet): Promise<Repeat> {
    const { phases, load } = this.#plan;
    const { seconds } = this.#options;
    this.#seconds = seconds === undefined ? null : new Seconds(seconds, this.#repeat);
    const { operations, sequences = [] } = this.#plan;
    const byOperation =
      this.#options.intervalsByOperation === true && operations.length + sequences.length > 1;
    const collected = this.#newCollector((point) => this.#seconds?.close(point), byOperation);
    this.#collectors = { warmup: this.#newCollector(), measure: collected };
    this.#draining = 0;
    const phase = { kind: 'load', warmupMs: phases.warmupMs, ...phases.measure } as const;
    const reports = await fleet.phase(phase, nowNs());
    const durationSec = windowSec(reports);
    this.#seconds?.finish(durationSec, collected.timeline(durationSec));
    const stoppedSec = this.#options.signal?.aborted ? durationSec : null;
    const scheduled = scheduledHits(this.#plan, stoppedSec);
    const unsent = unsentHits(this.#plan, reports, scheduled);
    const { skipped, later, begunSequences } = usersTotals(reports);
    const cutOff = (i: number) => {
      const { sent, dropped } = collected.sequences[i] ?? { sent: 0, dropped: 0 };
      return Math.max(0, (begunSequences[i] ?? 0) - sent - dropped);
    };
    const begun = scheduled ?? reports.reduce((sum, { issued }) => sum + issued, 0);
    // The first step of a sequence comes with its hit; the later ones are planned when they come due.
    const planned = begun + later;
    return {
      collected,
      reports,
      window: { durationSec, planned, targetRate: meanRate(load, windowSec(reports, 'scheduleEndNs') * 1e9) },
      plannedByOperation: collected.operations.map(
        (tally, i) => tally.sent + tally.dropped + (skipped[i] ?? 0) + (unsent.operations[i] ?? 0),
      ),
      plannedBySequence: collected.sequences.map(
        (tally, i) => tally.sent + tally.dropped + cutOff(i) + (unsent.sequences[i] ?? 0),
      ),
      cpuPercent: this.#cpuPercent(durationSec),
    };
  }

  #receive(message: FromWorker): void {
    if (message.type === 'snapshot') {
      const { stage, snapshot } = message;
      if (stage === 'measure') this.#seconds?.add(snapshot);
      this.#show(this.#collectors[stage]?.add(snapshot));
    } else if (message.type === 'log') {
      // In the order of the lines' own times as far as batches go; each line says when.
      this.#options.log?.(message.lines);
    } else if (message.type === 'stage') {
      this.#enter(message.stage);
    } else if (message.type === 'done') {
      // The others may go on for long: what they measure is not to wait for one that has ended.
      for (const collector of Object.values(this.#collectors)) {
        this.#show(collector.end(message.report.worker));
      }
    }
  }

  /** A worker is at a stage. A run begins one with its first worker, and drains once none of them sends any more. */
  #enter(stage: Stage): void {
    if (stage === 'drain' && ++this.#draining < this.#plan.load.workers) return;
    if (stage === 'drain') this.#seconds?.drain();
    if (stage === this.#stage) return;
    this.#stage = stage;
    this.#log?.write(nowNs(), { event: 'stage', stage, repeat: this.#repeat });
    this.#point = null;
    if (stage === 'measure') this.#cpuAtMeasure = process.cpuUsage();
    if (stage === 'drain') this.#cpuAtDrain = process.cpuUsage();
    this.#tell();
  }

  #show(point: TimelinePoint | null | undefined): void {
    this.#point = point ?? this.#point;
    this.#tell();
  }

  #newCollector(onPoint?: (point: TimelinePoint) => void, byOperation = false): RepeatCollector {
    const { operations, sequences = [], load } = this.#plan;
    return new RepeatCollector(operations.length, sequences.length, load.workers, onPoint, byOperation);
  }

  #cpuPercent(durationSec: number): number {
    const from = this.#cpuAtMeasure;
    const to = this.#cpuAtDrain;
    const cpuSec = (to.user + to.system - from.user - from.system) / 1e6;
    return durationSec > 0 ? Math.max(0, (100 * cpuSec) / durationSec) : 0;
  }

  #tell(): void {
    this.#options.onProgress?.({
      stage: this.#stage,
      repeat: this.#repeat,
      point: this.#point,
      collected:
        this.#stage === 'connect' || this.#stage === 'drain' ? null : (this.#collectors[this.#stage] ?? null),
    });
  }
}

/** Resolves with false when the run is to end; never without a signal. */
function aborted(signal: AbortSignal | undefined): Promise<false> {
  return new Promise((resolve) => {
    signal?.addEventListener('abort', () => resolve(false), { once: true });
  });
}
