/** Keys told apart, and bytes of their names; what comes after is counted together. */
const MAX_KEYS = 1_000_000;
const MAX_KEY_BYTES = 128 * 2 ** 20;

/** How often each key was asked for, by the service's own count: the witness against the generator's. */
export class KeyLog {
  readonly #counts = new Map<string, number>();
  readonly #maxKeys: number;
  #keyBytes = 0;
  #total = 0;
  #other = 0;

  constructor(maxKeys = MAX_KEYS) {
    this.#maxKeys = maxKeys;
  }

  record(key: string): void {
    this.#total++;
    const count = this.#counts.get(key);
    if (count !== undefined) {
      this.#counts.set(key, count + 1);
    } else if (this.#counts.size < this.#maxKeys && this.#keyBytes + key.length <= MAX_KEY_BYTES) {
      this.#counts.set(key, 1);
      this.#keyBytes += key.length;
    } else {
      this.#other++;
    }
  }

  clear(): void {
    this.#counts.clear();
    this.#keyBytes = 0;
    this.#total = 0;
    this.#other = 0;
  }

  /**
   * The log as JSON, in pieces of bounded size: `{"total", "distinct", "other", "keys": [[key, count], …]}`,
   * the most frequent key first. `other` counts the requests for keys beyond the bound.
   */
  *toJson(): Generator<string> {
    const pairs = [...this.#counts].sort((a, b) => b[1] - a[1]);
    yield `{"total":${this.#total},"distinct":${pairs.length},"other":${this.#other},"keys":[`;
    for (let start = 0; start < pairs.length; start += 1000) {
      const lines = pairs
        .slice(start, start + 1000)
        .map(([key, count]) => `[${JSON.stringify(Buffer.from(key, 'latin1').toString())},${count}]`);
      yield (start === 0 ? '\n' : ',\n') + lines.join(',\n');
    }
    yield ']}\n';
  }
}
