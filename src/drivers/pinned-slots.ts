import { SlotRing } from './slots.js';

/**
 * Slots whose connection the user of the driver chooses, request by request: what one user sends goes out on one
 * connection. A class of its own, so that other drivers do not look for a choice.
 */
export class PinnedSlots extends SlotRing {
  readonly #free: Int32Array;
  #all = 0;
  #next = 0;

  /** @param slots in all, > 0 */
  constructor(slots: number, connections: number) {
    super(slots);
    this.#free = new Int32Array(connections);
  }

  override get length(): number {
    return this.#all;
  }

  /** See `Driver.pin`. */
  pin(connection: number): boolean {
    this.#next = connection;
    return (this.#free[connection] as number) > 0;
  }

  override push(connection: number): void {
    (this.#free[connection] as number)++;
    this.#all++;
  }

  override shift(): number {
    (this.#free[this.#next] as number)--;
    this.#all--;
    return this.#next;
  }
}
