/** Something that is to happen at a time. */
export interface Due {
  /** Nanoseconds. Not to be changed while it is in a heap. */
  dueNs: number;
  /** Kept by the heap: where it stands, −1 when it doesn't. */
  place: number;
}

/** What is due next, of many: a binary heap whose entries know their place, so that any can be taken out. */
export class DueHeap<T extends Due> {
  readonly #entries: T[] = [];

  get first(): T | null {
    return this.#entries[0] ?? null;
  }

  /** Puts an entry in, or moves it to another time. */
  set(entry: T, dueNs: number): void {
    this.remove(entry);
    entry.dueNs = dueNs;
    this.#rise(entry, this.#entries.length);
  }

  /** Takes an entry out, if it is in. */
  remove(entry: T): void {
    const { place } = entry;
    if (place < 0) return;
    entry.place = -1;
    const last = this.#entries.pop() as T; // `entry` was in
    if (last === entry) return;
    const parent = this.#entries[(place - 1) >> 1];
    if (place > 0 && (parent as T).dueNs > last.dueNs) this.#rise(last, place);
    else this.#sink(last, place);
  }

  clear(): void {
    for (const entry of this.#entries) entry.place = -1;
    this.#entries.length = 0;
  }

  #rise(entry: T, from: number): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.#entries[above] as T;
      if (parent.dueNs <= entry.dueNs) break;
      this.#put(parent, place);
      place = above;
    }
    this.#put(entry, place);
  }

  #sink(entry: T, from: number): void {
    let place = from;
    for (;;) {
      let below = 2 * place + 1;
      const left = this.#entries[below];
      if (left === undefined) break;
      const right = this.#entries[below + 1];
      if (right !== undefined && right.dueNs < left.dueNs) below++;
      const child = this.#entries[below] as T;
      if (child.dueNs >= entry.dueNs) break;
      this.#put(child, place);
      place = below;
    }
    this.#put(entry, place);
  }

  #put(entry: T, place: number): void {
    this.#entries[place] = entry;
    entry.place = place;
  }
}
