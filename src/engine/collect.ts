import type { Snapshot, Summary, TimelinePoint } from '../core/index.js';
import { type CoarseInterval, OperationIntervals, Tally, Timeline, type Window } from '../record/index.js';
import type { PhaseReport } from './messages.js';

/** Everything measured in one repeat, merged over the workers as it comes in. */
export class RepeatCollector {
  readonly total = new Tally();
  readonly operations: readonly Tally[];
  /** Of sequences as a whole; their requests are among those of the operations. */
  readonly sequences: readonly Tally[];
  readonly #timeline: Timeline;
  readonly #byOperation: OperationIntervals | null;

  /**
   * @param onPoint see `Timeline`
   * @param byOperation whether the response times of each operation are kept by the second too
   */
  constructor(
    operations: number,
    sequences: number,
    workers: number,
    onPoint?: (point: TimelinePoint) => void,
    byOperation = false,
  ) {
    this.operations = Array.from({ length: operations }, () => new Tally());
    this.sequences = Array.from({ length: sequences }, () => new Tally());
    this.#timeline = new Timeline(workers, onPoint);
    this.#byOperation = byOperation ? new OperationIntervals(operations + sequences) : null;
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
    this.#byOperation?.add(snapshot.second, snapshot.operations);
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

  get keepsOperations(): boolean {
    return this.#byOperation !== null;
  }

  /** As `intervals`, which has to be asked for before, but of some operations; sequences count on from them. */
  intervalsOf(rows: readonly number[], durationSec: number, most: number): CoarseInterval[] {
    return this.#byOperation?.of(rows, durationSec, most, this.#timeline.intervalSec) ?? [];
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
