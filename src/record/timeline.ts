import type { Snapshot, TimelinePoint } from '../core/index.js';
import { LatencyDistribution } from './distribution.js';
import { type CoarseInterval, CoarseIntervals } from './intervals.js';

/** One second of all workers, as it fills up. */
class Second {
  sent = 0;
  completed = 0;
  errors = 0;
  inFlight = 0;
  readonly response = new LatencyDistribution();
  readonly lateness = new LatencyDistribution();

  add(snapshot: Snapshot): void {
    this.inFlight += snapshot.inFlight;
    for (const operation of snapshot.operations) {
      this.sent += operation.sent;
      this.completed += operation.completedInWindow;
      operation.outcomes.forEach((count, kind) => {
        if (kind > 0) this.errors += count;
      });
      this.response.add(operation.response);
      if (operation.lateness !== null) this.lateness.add(operation.lateness);
    }
  }

  point(t: number): TimelinePoint {
    const us = (ns: number | null | undefined) => (ns === null || ns === undefined ? null : ns / 1000);
    const [p50, p99] = this.response.quantilesNs([0.5, 0.99]);
    const [latenessP99] = this.lateness.quantilesNs([0.99]);
    return {
      t,
      sent: this.sent,
      completed: this.completed,
      errors: this.errors,
      qps: this.completed,
      p50Us: us(p50),
      p99Us: us(p99),
      maxUs: this.response.total === 0 ? null : us(this.response.maxNs),
      inFlight: this.inFlight,
      latenessP99Us: us(latenessP99),
    };
  }
}

/** A second that some worker may still have to report. */
interface OpenSecond {
  readonly second: Second;
  /** The workers that have. */
  readonly from: Set<number>;
}

/**
 * The run second by second.
 *
 * A second is reduced to its point once every worker that still runs has reported it, so memory does not grow with
 * the length of a run but for the points themselves.
 */
export class Timeline {
  /** Workers that go on reporting. */
  readonly #running: Set<number>;
  readonly #open = new Map<number, OpenSecond>();
  readonly #points: TimelinePoint[] = [];
  readonly #intervals = new CoarseIntervals();

  readonly #onPoint: (point: TimelinePoint) => void;

  /**
   * @param workers whose numbers are 0 to workers − 1
   * @param onPoint hears each point once; in order while they come by themselves, and not by `finish`
   */
  constructor(workers: number, onPoint: (point: TimelinePoint) => void = () => {}) {
    this.#onPoint = onPoint;
    this.#running = new Set(Array(workers).keys());
  }

  /** @returns the point of the second that this snapshot completed, if it did */
  add(snapshot: Snapshot): TimelinePoint | null {
    const open = this.#open.get(snapshot.second) ?? { second: new Second(), from: new Set() };
    this.#open.set(snapshot.second, open);
    open.second.add(snapshot);
    open.from.add(snapshot.worker);
    return this.#isReported(open) ? this.#close(snapshot.second, open.second) : null;
  }

  /**
   * A worker reports no more: its share of the run is done, and no second waits for it.
   * @returns the point of the last second that waited for it alone, if there is one
   */
  end(worker: number): TimelinePoint | null {
    this.#running.delete(worker);
    const reported = [...this.#open].filter(([, open]) => this.#isReported(open)).sort(([a], [b]) => a - b);
    return reported.map(([t, { second }]) => this.#close(t, second)).at(-1) ?? null;
  }

  #isReported({ from }: OpenSecond): boolean {
    for (const worker of this.#running) if (!from.has(worker)) return false;
    return true;
  }

  /**
   * The points of the window.
   * @param durationSec its length; what came in later belongs to the drain and has no point
   */
  finish(durationSec: number): TimelinePoint[] {
    this.#closeAll();
    return this.#points
      .filter((point) => point.t < durationSec)
      .sort((a, b) => a.t - b.t)
      .map((point) => cutTo(point, durationSec));
  }

  /** Response times of the window, in stretches of whole seconds, `most` at most. */
  intervals(durationSec: number, most: number): CoarseInterval[] {
    this.#closeAll();
    return this.#intervals.finish(durationSec, most);
  }

  /** How long a stretch of `intervals` is; final once they were asked for. */
  get intervalSec(): number {
    return this.#intervals.lengthSec;
  }

  #closeAll(): void {
    for (const [t, { second }] of this.#open) this.#close(t, second);
  }

  #close(t: number, second: Second): TimelinePoint {
    this.#open.delete(t);
    const point = second.point(t);
    this.#points.push(point);
    this.#onPoint(point);
    this.#intervals.add(t, second.response.buckets());
    return point;
  }
}

/** The rate of a last second that the window's end cut short. */
function cutTo(point: TimelinePoint, durationSec: number): TimelinePoint {
  const lengthSec = durationSec - point.t;
  return lengthSec >= 1 ? point : { ...point, qps: point.completed / lengthSec };
}
