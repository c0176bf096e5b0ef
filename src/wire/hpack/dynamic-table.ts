/** What an entry weighs beside its name and value, RFC 7541 §4.1. */
export const ENTRY_OVERHEAD = 32;

/**
 * The dynamic table, RFC 7541 §2.3.2: first in, first out, bounded by the sum of its entries' sizes, so it
 * never holds more than capacity / 32 entries.
 *
 * @typeParam Value how a value is kept: bytes for the decoder, a byte string for the encoder
 */
export class DynamicTable<Value extends { readonly length: number }> {
  readonly #names: string[] = [];
  readonly #values: Value[] = [];
  #size = 0;
  #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get capacity(): number {
    return this.#capacity;
  }

  get size(): number {
    return this.#size;
  }

  get count(): number {
    return this.#names.length;
  }

  /** Name of the entry `age` places behind the newest (0); undefined when there is none. */
  name(age: number): string | undefined {
    return this.#names[this.#names.length - 1 - age];
  }

  value(age: number): Value | undefined {
    return this.#values[this.#values.length - 1 - age];
  }

  /** §4.3: evicts what no longer fits. */
  resize(capacity: number): void {
    this.#capacity = capacity;
    this.#evict(capacity);
  }

  /** §4.4: an entry larger than the table empties it, and is no error. */
  add(name: string, value: Value): void {
    const size = name.length + value.length + ENTRY_OVERHEAD;
    this.#evict(this.#capacity - size);
    if (size > this.#capacity) return;
    this.#names.push(name);
    this.#values.push(value);
    this.#size += size;
  }

  /** Index behind the static table, 0 being the newest; −1 when there is none. `value` null: any value. */
  find(name: string, matches: ((value: Value) => boolean) | null): number {
    for (let age = 0; age < this.count; age++) {
      if (this.name(age) !== name) continue;
      if (matches === null || matches(this.value(age) as Value)) return age;
    }
    return -1;
  }

  #evict(limit: number): void {
    let gone = 0;
    while (this.#size > Math.max(0, limit)) {
      this.#size -=
        (this.#names[gone] as string).length + (this.#values[gone] as Value).length + ENTRY_OVERHEAD;
      gone++;
    }
    if (gone === 0) return;
    this.#names.splice(0, gone);
    this.#values.splice(0, gone);
  }
}
