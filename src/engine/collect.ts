import type { Snapshot, Summary, TimelinePoint } from '../core/index.js';
import { type CoarseInterval, Tally, Timeline, type Window } from '../record/index.js';
import type { PhaseReport } from './messages.js';

/** Everything measured in one repeat, merged over the workers as it comes in. */
export class RepeatCollector {
  readonly total = new Tally();
  readonly operations: readonly Tally[];
  /** Of sequences as a whole; their requests are among those of the operations. */
  readonly sequences: readonly Tally[];
  readonly #timeline: Timeline;

  /** @param onPoint see `Timeline` */
  constructor(
    operations: number,
    sequences: number,
    workers: number,
    onPoint?: (point: TimelinePoint) => void,
  ) {
    this.operations = Array.from({ length: operations }, () => new Tally());
    this.sequences = Array.from({ length: sequences }, () => new Tally());
    this.#timeline = new Timeline(workers, onPoint);
  }

  /** @returns the second that this snapshot completed, if it did */
  add(snapshot: Snapshot): TimelinePoint | null {
    const operations = snapshot.operations.slice(0, this.operations.length);
    operations.forEach((operation, i) => {
      this.total.add(operation);
      this.operations[i]?.add(operation);
    });
    this.sequences.forEach((tally, i) => {
      const sequence = snapshot.operations[operations.length + i];
      if (sequence !== undefined) tally.add(sequence);
    });
    return this.#timeline.add({ ...snapshot, operations });
  }

  /** See `Timeline.end`. */
  end(worker: number): TimelinePoint | null {
    return this.#timeline.end(worker);
  }

  timeline(durationSec: number): TimelinePoint[] {
    return this.#timeline.finish(durationSec);
  }

  intervals(durationSec: number, most: number): CoarseInterval[] {
    return this.#timeline.intervals(durationSec, most);
  }
}

/** One repeat of the measured phase, complete. */
export interface Repeat {
  readonly collected: RepeatCollector;
  readonly reports: readonly PhaseReport[];
  readonly window: Window;
  /** Hits of the schedule by operation, sent or not. */
  readonly plannedByOperation: readonly number[];
  /** Hits of the schedule by sequence. */
  readonly plannedBySequence: readonly number[];
  /** Of the whole process, over the wall time of the window; 100 is one core. */
  readonly cpuPercent: number;
}

/** The length of the window that the workers measured together, seconds. */
export function windowSec(reports: readonly PhaseReport[], end: 'endNs' | 'scheduleEndNs' = 'endNs'): number {
  const startNs = Math.min(...reports.map((report) => report.startNs));
  const endNs = Math.max(...reports.map((report) => report[end]));
  return Math.max(0, endNs - startNs) / 1e9;
}

export function summaryOf({ collected, window }: Repeat): Summary {
  return collected.total.summary(window);
}
