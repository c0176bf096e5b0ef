import type { Stream } from './stream.js';

/**
 * Open streams by id. Ids are odd and rise by two, so a ring of four times as many places as streams gives each a
 * place of its own, unless one stays open while so many others come that the ring has gone round: those go to a map.
 */
export class StreamMap {
  readonly #mask: number;
  readonly #ring: (Stream | null)[];
  readonly #others = new Map<number, Stream>();
  #size = 0;

  /** @param most streams at a time */
  constructor(most: number) {
    let places = 16;
    while (places < most * 4) places *= 2;
    this.#mask = places - 1;
    this.#ring = new Array<Stream | null>(places).fill(null);
  }

  get size(): number {
    return this.#size;
  }

  get(id: number): Stream | null {
    const stream = this.#ring[(id >>> 1) & this.#mask] as Stream | null;
    if (stream !== null && stream.id === id) return stream;
    return this.#others.size === 0 ? null : (this.#others.get(id) ?? null);
  }

  /** The stream's id must not be in the map yet. */
  add(stream: Stream): void {
    const place = (stream.id >>> 1) & this.#mask;
    if (this.#ring[place] === null) this.#ring[place] = stream;
    else this.#others.set(stream.id, stream);
    this.#size++;
  }

  remove(stream: Stream): void {
    const place = (stream.id >>> 1) & this.#mask;
    if (this.#ring[place] === stream) this.#ring[place] = null;
    else this.#others.delete(stream.id);
    this.#size--;
  }
}
