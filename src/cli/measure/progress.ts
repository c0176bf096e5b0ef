import type { Plan } from '../../core/index.js';
import type { RunProgress } from '../../engine/index.js';
import { RateCurve } from '../../pace/index.js';
import {
  LivePainter,
  type LivePoint,
  type LiveProgress,
  renderLive,
  renderProgressLine,
} from '../../report/index.js';
import { terminalOptions } from '../console.js';
import { meanRate } from './mean-rate.js';
import { phaseNames } from './phase-names.js';

const REPAINT_MS = 250;
/** A log that cannot be repainted gets a line now and then. */
const LINE_EVERY_MS = 5000;

const nothing = { durationMs: null, requests: null };

/** Shows on stderr how far a run is: a view repainted in place on a terminal, a line now and then elsewhere. */
export class ProgressView {
  readonly #plan: Plan;
  readonly #painter: LivePainter;
  readonly #timer: NodeJS.Timeout;
  /** The rate over time, where that changes. */
  readonly #curve: RateCurve | null;
  #progress: RunProgress = { stage: 'connect', repeat: 1, point: null, collected: null };
  #stageSince = performance.now();
  #seconds: LivePoint[] = [];

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#curve = plan.load.stages === undefined ? null : new RateCurve(plan.load.stages);
    const { stderr } = process;
    this.#painter = new LivePainter({
      write: (text) => stderr.write(text),
      columns: () => stderr.columns || 80,
      isTty: stderr.isTTY,
    });
    const show = stderr.isTTY ? () => this.#paint() : () => this.#writeLine();
    this.#timer = setInterval(show, stderr.isTTY ? REPAINT_MS : LINE_EVERY_MS);
  }

  update(progress: RunProgress): void {
    if (progress.stage !== this.#progress.stage || progress.repeat !== this.#progress.repeat) {
      this.#stageSince = performance.now();
      this.#seconds = [];
    } else if (progress.point !== null && progress.point !== this.#progress.point) {
      this.#seconds.push({ qps: progress.point.qps, p99Us: progress.point.p99Us });
    }
    this.#progress = progress;
  }

  /** Clears the view. May be called more than once. */
  done(): void {
    clearInterval(this.#timer);
    this.#painter.done();
  }

  #paint(): void {
    this.#painter.paint(renderLive(this.#live(), terminalOptions(process.stderr)));
  }

  #writeLine(): void {
    process.stderr.write(`${renderProgressLine(this.#live())}\n`);
  }

  /** What is asked for at this moment; null: as much as the responses allow. */
  #targetRate(stage: RunProgress['stage'], elapsedSec: number): number | null {
    const { load, phases } = this.#plan;
    if (stage === 'prefill') return phases.prefill?.rate ?? null;
    if (this.#curve === null) return load.rate;
    return this.#curve.rateAt(stage === 'measure' ? elapsedSec * 1e9 : 0);
  }

  #live(): LiveProgress {
    const { stage, repeat, point, collected } = this.#progress;
    const { phases: planned } = this.#plan;
    const elapsedSec = (performance.now() - this.#stageSince) / 1000;
    const total = collected?.total;
    const [p50, p99] = total?.response.quantilesNs([0.5, 0.99]) ?? [];
    const us = (ns: number | null | undefined) => (ns === null || ns === undefined ? null : ns / 1000);
    const bounds = {
      connect: nothing,
      prefill: { durationMs: null, requests: planned.prefill?.count ?? null },
      warmup: { durationMs: planned.warmupMs, requests: null },
      measure: planned.measure,
      drain: nothing,
    }[stage];
    const ended = total === undefined ? 0 : total.ok + total.errors;
    return {
      phase: phaseNames[stage],
      elapsedSec,
      durationSec: bounds.durationMs === null ? null : bounds.durationMs / 1000,
      ended,
      requests: bounds.requests,
      run: repeat,
      runs: planned.repeat,
      targetRate: this.#targetRate(stage, elapsedSec),
      inFlight: point?.inFlight ?? 0,
      lastSecond: {
        qps: point?.qps ?? 0,
        p50Us: point?.p50Us ?? null,
        p99Us: point?.p99Us ?? null,
        errors: point?.errors ?? 0,
      },
      soFar: {
        qps: meanRate(this.#seconds),
        p50Us: us(p50),
        p99Us: us(p99),
        errors: total?.errors ?? 0,
      },
      seconds: this.#seconds,
    };
  }
}
