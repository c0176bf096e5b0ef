import type { Stream } from './stream.js';

/** Streams in the order they came, each at most once. */
export class StreamQueue {
  readonly #ring: (Stream | null)[];
  #first = 0;
  #length = 0;

  /** @param capacity the number of slots: no stream stands in it twice */
  constructor(capacity: number) {
    this.#ring = new Array<Stream | null>(capacity).fill(null);
  }

  get length(): number {
    return this.#length;
  }

  push(stream: Stream): void {
    this.#ring[(this.#first + this.#length) % this.#ring.length] = stream;
    this.#length++;
  }

  /** The one that has waited the longest. Only when `length` > 0. */
  shift(): Stream {
    const stream = this.#ring[this.#first] as Stream;
    this.#ring[this.#first] = null;
    this.#first = (this.#first + 1) % this.#ring.length;
    this.#length--;
    return stream;
  }

  /** Takes a stream out from anywhere; it is there. */
  remove(stream: Stream): void {
    const length = this.#length;
    for (let i = 0; i < length; i++) {
      const next = this.shift();
      if (next !== stream) this.push(next);
    }
  }
}
