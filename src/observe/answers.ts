import { type MeasuredSecond, nowNs, type Progress, type SecondsListener, SLICE_MS } from '../core/index.js';
import { Track } from './track.js';

/** A worker that looks so much later than it should could not look: it stood still. */
const LATE_MS = 50;
/** A worker that stood still for longer has a hole: what came in then could have come at any time of it. */
const MOST_GAP_MS = 10_000;

/** How far one worker had come in one repeat, and for how long it stood still. */
class WorkerTracks {
  readonly answered = new Track();
  readonly stillMs = new Track();
  #beforeMs: number | null = null;
  #stillMs = 0;

  add(atMs: number, completed: number): void {
    const lateMs = this.#beforeMs === null ? 0 : atMs - this.#beforeMs - SLICE_MS;
    if (lateMs >= LATE_MS) {
      // What it took in at once when it went on again was not answered bit by bit while it stood.
      this.answered.add(atMs - 1, this.answered.values.at(-1) ?? 0);
      this.stillMs.add(atMs - lateMs, this.#stillMs);
      this.#stillMs += lateMs;
    }
    this.answered.add(atMs, completed);
    this.stillMs.add(atMs, this.#stillMs);
    this.#beforeMs = atMs;
  }
}

/** What the generator's workers say of each second, on the clock of the samples. */
export class Answers implements SecondsListener {
  /** By repeat, then by worker. */
  readonly #repeats = new Map<number, Map<number, WorkerTracks>>();
  readonly #startsMs = new Map<number, number>();
  /** From the clock of the workers to `performance.now()` of this thread. */
  readonly #offsetMs = performance.now() - nowNs() / 1e6;

  second({ repeat, snapshots }: MeasuredSecond): void {
    for (const { worker, progress } of snapshots) this.#take(repeat, worker, progress);
  }

  repeatEnds(): void {}

  /** When the window of a repeat began; null: no worker has said so. */
  startMs(repeat: number): number | null {
    return this.#startsMs.get(repeat) ?? null;
  }

  /** Responses of all workers in a stretch; null: not known of each of them. */
  answered(repeat: number, fromMs: number, toMs: number): number | null {
    return this.#sum(repeat, ({ answered }) => answered.grown(fromMs, toMs, MOST_GAP_MS, SLICE_MS));
  }

  /** For how much of a stretch the workers stood still, their mean. */
  stillMs(repeat: number, fromMs: number, toMs: number): number | null {
    const sum = this.#sum(repeat, ({ stillMs }) => stillMs.grown(fromMs, toMs, MOST_GAP_MS, SLICE_MS));
    return sum === null ? null : sum / (this.#repeats.get(repeat)?.size ?? 1);
  }

  #sum(repeat: number, grown: (tracks: WorkerTracks) => number | null): number | null {
    const workers = this.#repeats.get(repeat);
    if (workers === undefined) return null;
    let sum = 0;
    for (const tracks of workers.values()) {
      const value = grown(tracks);
      if (value === null) return null;
      sum += value;
    }
    return sum;
  }

  #take(repeat: number, worker: number, { startNs, atNs, completed }: Progress): void {
    this.#startsMs.set(repeat, startNs / 1e6 + this.#offsetMs);
    const workers = this.#repeats.get(repeat) ?? new Map<number, WorkerTracks>();
    this.#repeats.set(repeat, workers);
    const tracks = workers.get(worker) ?? new WorkerTracks();
    workers.set(worker, tracks);
    atNs.forEach((ns, i) => {
      tracks.add(ns / 1e6 + this.#offsetMs, completed[i] ?? 0);
    });
  }
}
