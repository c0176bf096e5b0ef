import type { Bench, CapacityEvent } from '../../capacity/index.js';
import { escapeText, formatRateExact, formatUs, type Plan, type Result } from '../../core/index.js';
import type { WatchedRun } from '../../diagnose/index.js';
import { runJudged } from '../measure/judged-run.js';
import { onInterrupt } from '../measure/measure.js';
import { ProgressView } from '../measure/progress.js';
import type { TargetWatcher } from '../watch/target.js';

/** Runs the steps of a capacity in front of somebody: a line for each, and on a terminal the run that goes on. */
export class CapacityBench implements Bench {
  readonly #quiet: boolean;
  readonly #slots: (count: number) => string;
  readonly #watcher: TargetWatcher | undefined;
  readonly #watched = new Map<string, WatchedRun>();
  readonly #controller = new AbortController();
  readonly #restore: () => void;
  readonly #startMs = performance.now();
  #view: ProgressView | null = null;
  #asked = '';

  /**
   * @param slots so many `connections` of an event in words
   * @param watcher looks at the service in each run that is judged; undefined: nobody does
   */
  constructor(quiet: boolean, slots: (count: number) => string, watcher: TargetWatcher | undefined) {
    this.#quiet = quiet;
    this.#slots = slots;
    this.#watcher = watcher;
    this.#restore = onInterrupt(this.#controller, () => this.#view?.done());
  }

  async measure(plan: Plan): Promise<Result> {
    const view = this.#quiet || !process.stderr.isTTY ? null : new ProgressView(plan);
    this.#view = view;
    // Probes and first estimates have none, and are no evidence.
    const watcher = plan.gates.length > 0 ? this.#watcher : undefined;
    await watcher?.start(plan);
    const result = await runJudged(plan, null, {
      // A signal of its own: what a run hangs on it goes with the run.
      signal: AbortSignal.any([this.#controller.signal]),
      onProgress: (progress) => {
        watcher?.progress(progress);
        view?.update(progress);
      },
      seconds: watcher?.seconds,
    }).finally(async () => {
      view?.done();
      await watcher?.stop();
    });
    if (watcher === undefined) return result;
    const seen = watcher.seen(result);
    this.#watched.set(result.startedAt, { ...seen, result: withoutHistograms(seen.result) });
    return seen.result;
  }

  /** What was seen in some runs. @param startedAt of each */
  watched(startedAt: readonly string[]): WatchedRun[] {
    return startedAt.map((at) => this.#watched.get(at)).filter((run) => run !== undefined);
  }

  nowMs(): number {
    return performance.now();
  }

  wait(ms: number): Promise<void> {
    const { signal } = this.#controller;
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener('abort', end);
    });
  }

  stopped(): boolean {
    return this.#controller.signal.aborted;
  }

  tell(event: CapacityEvent): void {
    if (this.#quiet) return;
    if (event.kind === 'stage') {
      process.stderr.write(`${this.#elapsed()}  ${event.text}\n`);
    } else if (event.kind === 'run') {
      const { rate, connections, run, why } = event;
      const what = rate === null ? this.#slots(connections) : `${formatRateExact(rate)}/s`;
      this.#asked = `${what}  run ${run}  ${why}`;
    } else {
      const { achieved, p99Us, verdict, why } = event;
      const because = why === null ? '' : `: ${escapeText(why, { maxLength: 120 })}`;
      const figures = `${formatRateExact(achieved)}/s  p99 ${formatUs(p99Us)}`;
      process.stderr.write(`${this.#elapsed()}  ${this.#asked}  ${figures}  ${verdict}${because}\n`);
    }
  }

  /** `1:05`, since the beginning. */
  #elapsed(): string {
    const seconds = Math.floor((this.nowMs() - this.#startMs) / 1000);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  }

  /** Lets go of Ctrl-C. */
  close(): void {
    this.#restore();
    this.#view?.done();
  }
}

/** A search may have a hundred runs: what nobody reads of them is not kept. */
function withoutHistograms({ intervals: _, ...result }: Result): Result {
  return { ...result, histograms: { response: '', service: '' }, traces: [], faults: [] };
}
