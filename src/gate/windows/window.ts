import { grpcStatusNames, type MeasuredSecond, type TimelinePoint } from '../../core/index.js';
import { Tally } from '../../record/index.js';
import type { Evidence, Scope } from '../metric.js';

/** What a run is, as far as its windows are judged by it. */
export interface WatchedRun {
  /** In the order of the snapshots. */
  readonly operations: readonly {
    readonly name: string;
    readonly partOf?: string;
    /** A sequence: its requests are among those of the operations. */
    readonly steps?: unknown;
    /** Of a sequence: its share of the rate. */
    readonly rateShare?: number;
  }[];
  readonly calls: boolean;
  /** Requests per second asked for between two instants of a repeat's window; null in a closed loop. */
  readonly rateOver: (fromSec: number, toSec: number) => number | null;
  /** Whether `rateOver` differs from second to second by chance, arrivals being random; absent: no. */
  readonly random?: boolean;
}

/**
 * Seconds of a run on end, merged: their histograms are added up, so that a percentile is that of the window and
 * no mean or maximum of percentiles. A request belongs to the second in which it ended.
 */
export class Window {
  /** Of the repeat's window. */
  readonly fromSec: number;
  readonly #tally = new Tally();
  readonly #points: TimelinePoint[] = [];
  readonly #indices: readonly number[];
  readonly #operation: string | null;
  readonly #run: WatchedRun;
  readonly #waiting: boolean;
  #toSec: number;

  /**
   * @param operation null: of all of them
   * @param waiting how many requests were in flight when it began
   */
  constructor(run: WatchedRun, operation: string | null, fromSec: number, waiting = 0) {
    this.#run = run;
    this.#operation = operation;
    this.#indices = indicesOf(run, operation);
    this.#waiting = waiting > 0;
    this.fromSec = fromSec;
    this.#toSec = fromSec;
  }

  get toSec(): number {
    return this.#toSec;
  }

  get lengthSec(): number {
    return this.#toSec - this.fromSec;
  }

  /** Adds the next second; or one of the drain, by which the window does not grow. */
  add({ snapshots, point, second, lengthSec }: MeasuredSecond): void {
    for (const { operations } of snapshots) {
      for (const index of this.#indices) {
        const operation = operations[index];
        if (operation !== undefined) this.#tally.add(operation);
      }
    }
    if (point === null) return;
    this.#points.push(this.#withTarget(point));
    this.#toSec = second + lengthSec;
  }

  /** Adds the window that comes right after this one. */
  append(next: Window): void {
    this.#tally.merge(next.#tally);
    this.#points.push(...next.#points);
    this.#toSec = Math.max(this.#toSec, next.#toSec);
  }

  scope(): Scope {
    const { response, ok, errors, dropped } = this.#tally;
    // What ended in the window is what it is judged by: a request that waits is not yet good or bad.
    const ended = ok + errors;
    const summary = this.#tally.summary({
      durationSec: this.lengthSec,
      planned: ended + dropped,
      targetRate: this.#targetRate(),
    });
    const { sent } = this.#tally;
    return {
      ...summary,
      waited: this.#waiting || sent + dropped > 0,
      sent: ended,
      unsent: 0,
      errorRate: ended > 0 ? errors / ended : 0,
      okWithin: (us) => response.countWithin(us * 1000),
    };
  }

  evidence(): Evidence {
    const statuses = [...this.#tally.statuses];
    const { calls } = this.#run;
    const byName = Object.fromEntries(statuses.map(([code, n]) => [grpcStatusNames[code] ?? 'UNKNOWN', n]));
    return {
      statuses: calls ? {} : Object.fromEntries(statuses),
      grpcStatuses: calls ? byName : {},
      errorKinds: this.#tally.errorKinds(),
      timeline: this.#points,
    };
  }

  #targetRate(): number | null {
    const { operations, rateOver } = this.#run;
    const rate = rateOver(this.fromSec, this.#toSec);
    if (this.#operation === null || rate === null) return rate;
    const share = operations.find(({ name }) => name === this.#operation)?.rateShare;
    return share === undefined ? null : rate * share;
  }

  #withTarget(point: TimelinePoint): TimelinePoint {
    const targetQps = this.#run.rateOver(point.t, point.t + 1);
    return targetQps === null ? point : { ...point, targetQps };
  }
}

function indicesOf({ operations }: WatchedRun, operation: string | null): number[] {
  return operations.flatMap(({ name, partOf, steps }, i) =>
    (operation === null && steps === undefined) || name === operation || partOf === operation ? [i] : [],
  );
}

/** How many requests are in flight, by the seconds that were told. */
export class InFlight {
  readonly #indices: readonly number[];
  #count = 0;

  /** @param operation as of a window */
  constructor(run: WatchedRun, operation: string | null) {
    this.#indices = indicesOf(run, operation);
  }

  get count(): number {
    return this.#count;
  }

  add({ snapshots }: MeasuredSecond): void {
    for (const { operations } of snapshots) {
      for (const index of this.#indices) {
        const operation = operations[index];
        if (operation !== undefined)
          this.#count += operation.sent - operation.outcomes.reduce((sum, each) => sum + each, 0);
      }
    }
  }

  /** A repeat begins with none. */
  reset(): void {
    this.#count = 0;
  }
}
