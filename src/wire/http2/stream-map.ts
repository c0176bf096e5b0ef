import type { Stream } from './stream.js';

/**
 * Open streams by id: open addressing with linear probing, at most a quarter full. Ids are odd and rise, so
 * neighbours spread evenly by themselves.
 */
export class StreamMap {
  readonly #mask: number;
  readonly #streams: (Stream | null)[];
  #size = 0;

  /** @param most streams at a time */
  constructor(most: number) {
    let places = 16;
    while (places < most * 4) places *= 2;
    this.#mask = places - 1;
    this.#streams = new Array<Stream | null>(places).fill(null);
  }

  get size(): number {
    return this.#size;
  }

  get(id: number): Stream | null {
    const streams = this.#streams;
    for (let place = id >>> 1; ; place++) {
      const stream = streams[place & this.#mask] as Stream | null;
      if (stream === null || stream.id === id) return stream;
    }
  }

  /** The stream's id must not be in the map yet. */
  add(stream: Stream): void {
    let place = (stream.id >>> 1) & this.#mask;
    while (this.#streams[place] !== null) place = (place + 1) & this.#mask;
    this.#streams[place] = stream;
    this.#size++;
  }

  /** Takes a stream out, and moves up those that probed past it. */
  remove(stream: Stream): void {
    const streams = this.#streams;
    const mask = this.#mask;
    let hole = (stream.id >>> 1) & mask;
    while (streams[hole] !== stream) hole = (hole + 1) & mask;
    for (let place = (hole + 1) & mask; ; place = (place + 1) & mask) {
      const next = streams[place] as Stream | null;
      if (next === null) break;
      const home = (next.id >>> 1) & mask;
      // Its home lies behind the hole, going round: it would be found no more.
      if (((place - home) & mask) < ((place - hole) & mask)) continue;
      streams[hole] = next;
      hole = place;
    }
    streams[hole] = null;
    this.#size--;
  }
}
