/**
 * The free slots of a driver, first in, first out: an open loop at a low rate then visits every connection
 * in turn, and none is left idle until the server closes it.
 */
export class SlotRing {
  readonly #ring: Int32Array;
  #first = 0;
  #length = 0;

  /** @param capacity slots in all, > 0 */
  constructor(capacity: number) {
    this.#ring = new Int32Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  push(connection: number): void {
    let end = this.#first + this.#length;
    if (end >= this.#ring.length) end -= this.#ring.length;
    this.#ring[end] = connection;
    this.#length++;
  }

  /** The slot that has been free the longest. Only when `length` > 0. */
  shift(): number {
    const connection = this.#ring[this.#first] as number;
    this.#first = this.#first + 1 === this.#ring.length ? 0 : this.#first + 1;
    this.#length--;
    return connection;
  }
}
