import type { Driver, DriverCounters, Fault } from '../core/index.js';

/** Different faults that are kept of a run; their words may come from the target, which could think of any number. */
const MOST_FAULTS = 100;

/**
 * What the drivers of one worker counted since the run began: a driver whose connections were closed at the end of a
 * grace is followed by another, which counts from nought.
 */
export class DriverTotals {
  #counters: DriverCounters = { connects: 0, reconnects: 0, connectFailures: 0 };
  #faults: readonly Fault[] = [];

  /** Keeps what a driver counted that is not asked any more. */
  retire(driver: Driver): void {
    this.#counters = this.counters(driver);
    this.#faults = this.faults(driver);
  }

  /** With what the driver of now has counted. */
  counters({ counters }: Driver): DriverCounters {
    return {
      connects: this.#counters.connects + counters.connects,
      reconnects: this.#counters.reconnects + counters.reconnects,
      connectFailures: this.#counters.connectFailures + counters.connectFailures,
    };
  }

  faults(driver: Driver): Fault[] {
    return mergeFaults([this.#faults, driver.faults?.() ?? []]);
  }
}

/** The counts of the same words added up, the most frequent first. */
export function mergeFaults(lists: readonly (readonly Fault[])[]): Fault[] {
  const counts = new Map<string, number>();
  for (const { what, count } of lists.flat()) counts.set(what, (counts.get(what) ?? 0) + count);
  return [...counts]
    .map(([what, count]) => ({ what, count }))
    .sort((a, b) => b.count - a.count)
    .slice(0, MOST_FAULTS);
}
