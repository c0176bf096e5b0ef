import type { OperationSnapshot, SparseCounts } from '../core/index.js';
import { type CoarseInterval, CoarseIntervals } from './intervals.js';

/** Stretches of all operations together: ten have a second each for ten minutes. */
const MOST_STRETCHES = 6000;
const FEWEST_OF_EACH = 50;

/** Response times by the second of each operation, for whoever asked for them; see `CoarseIntervals`. */
export class OperationIntervals {
  readonly #rows: readonly CoarseIntervals[];
  readonly #mostOfEach: number;

  /** @param rows operations, and sequences after them */
  constructor(rows: number) {
    this.#mostOfEach = Math.max(FEWEST_OF_EACH, Math.floor(MOST_STRETCHES / Math.max(1, rows)));
    this.#rows = Array.from({ length: rows }, () => new CoarseIntervals(Math.min(600, this.#mostOfEach)));
  }

  add(second: number, rows: readonly OperationSnapshot[]): void {
    rows.forEach(({ response }, i) => {
      this.#rows[i]?.add(second, pairs(response));
    });
  }

  /**
   * Those of some rows together.
   * @param atLeastSec as long as those of the whole run, that their seconds can be laid side by side
   */
  of(rows: readonly number[], durationSec: number, most: number, atLeastSec: number): CoarseInterval[] {
    const together = new CoarseIntervals(this.#mostOfEach);
    together.merge(rows.flatMap((i) => this.#rows[i] ?? []));
    return together.finish(durationSec, Math.min(most, this.#mostOfEach), atLeastSec);
  }
}

function* pairs({ indices, counts }: SparseCounts): Generator<readonly [bucket: number, count: number]> {
  for (let i = 0; i < indices.length; i++) yield [indices[i] as number, counts[i] as number]; // of one length
}
