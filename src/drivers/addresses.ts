import type { DriverOptions } from '../core/index.js';

/**
 * Which of the target's addresses each connection goes to. With one address, or none, there is nothing to choose:
 * the dialer knows it.
 */
export class Addresses {
  readonly #list: readonly string[];
  /** The place in the list that each connection is at. */
  readonly #at: Uint16Array;

  constructor({ addresses, connections }: Pick<DriverOptions, 'addresses' | 'connections'>) {
    const { list = [], first = 0, step = 0 } = addresses ?? {};
    this.#list = list;
    this.#at = Uint16Array.from({ length: connections }, (_, i) =>
      list.length === 0 ? 0 : (first + i * step) % list.length,
    );
  }

  /** How many there are to try. */
  get count(): number {
    return Math.max(1, this.#list.length);
  }

  /** Null: the dialer's own. */
  of(connection: number): string | null {
    return this.#list[this.#at[connection] ?? 0] ?? null;
  }

  /** The connection could not be made: its next attempt goes to the next address. */
  failed(connection: number): void {
    this.#at[connection] = ((this.#at[connection] ?? 0) + 1) % this.count;
  }
}
