import { SlotRing } from './slots.js';

/**
 * Slots of which only those of the first so many connections are handed out. Those of the others are kept aside as
 * they come back, until the limit rises. A class of its own, so that drivers without a limit do not look at one.
 */
export class LimitedSlots extends SlotRing {
  readonly #all: readonly number[];
  readonly #aside: number[];
  readonly #onIdle: (connection: number) => void;
  #limit: number;

  /**
   * @param slots of each connection
   * @param limit connections in use, > 0
   * @param onIdle a connection is beyond the limit, and all of its slots are free
   */
  constructor(slots: readonly number[], limit: number, onIdle: (connection: number) => void) {
    super(slots.reduce((sum, count) => sum + count, 0));
    this.#all = slots;
    this.#aside = slots.map(() => 0);
    this.#limit = limit;
    this.#onIdle = onIdle;
  }

  override push(connection: number): void {
    if (connection < this.#limit) {
      super.push(connection);
      return;
    }
    const aside = (this.#aside[connection] as number) + 1;
    this.#aside[connection] = aside;
    if (aside === this.#all[connection]) this.#onIdle(connection);
  }

  /** Changes the limit. Connections beyond it go idle as their requests end, at once where they have none. */
  limit(connections: number): void {
    const before = this.#limit;
    this.#limit = connections;
    for (let i = before; i < Math.min(connections, this.#aside.length); i++) {
      for (let left = this.#aside[i] as number; left > 0; left--) super.push(i);
      this.#aside[i] = 0;
    }
    if (connections < before) for (let left = this.length; left > 0; left--) this.push(this.shift());
  }
}
