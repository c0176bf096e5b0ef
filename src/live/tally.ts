import type { MeasuredSecond, SecondsListener, Snapshot, TimelinePoint } from '../core/index.js';
import { Tally } from '../record/index.js';

/** One second of the measured phase, with the repeats one after another. */
export interface LiveSecond {
  /** Seconds from the start of the first window. */
  readonly t: number;
  /** How much of it lies in the window; 0 in the drain. */
  readonly lengthSec: number;
  readonly snapshots: readonly Snapshot[];
  /** Null: in the drain. Its `t` is that above. */
  readonly point: TimelinePoint | null;
}

/** Hears seconds that are added up already. */
export interface LiveListener {
  second(second: LiveSecond): void;
  /** All seconds of a repeat were said. */
  repeatEnds(): void;
}

/** Adds up the measured phase as it goes on, for all who look at it. */
export class LiveTally implements SecondsListener {
  readonly total = new Tally();
  readonly operations: readonly Tally[];
  readonly #listeners: LiveListener[] = [];
  #measuredSec = 0;
  /** Length of the windows before this repeat's. */
  #offsetSec = 0;

  /** @param operations how many there are; sequences, whose requests are theirs, are not counted */
  constructor(operations: number) {
    this.operations = Array.from({ length: operations }, () => new Tally());
  }

  /** Length of the window so far, of all repeats. */
  get measuredSec(): number {
    return this.#measuredSec;
  }

  hear(listener: LiveListener): void {
    this.#listeners.push(listener);
  }

  second({ second, lengthSec, snapshots, point }: MeasuredSecond): void {
    const mine = snapshots.map((each) => ({
      ...each,
      operations: each.operations.slice(0, this.operations.length),
    }));
    for (const { operations } of mine)
      operations.forEach((operation, i) => {
        this.total.add(operation);
        this.operations[i]?.add(operation);
      });
    this.#measuredSec += lengthSec;
    const t = this.#offsetSec + second;
    const heard = { t, lengthSec, snapshots: mine, point: point && { ...point, t } };
    for (const listener of this.#listeners) listener.second(heard);
  }

  repeatEnds(durationSec: number): void {
    this.#offsetSec += durationSec;
    this.#measuredSec = this.#offsetSec;
    for (const listener of this.#listeners) listener.repeatEnds();
  }
}
