/** Runs of messages sent together that are kept; beyond that, the newest count with the one before. */
const RUNS = 1024;

/**
 * When each message of a call was sent that may still be answered. Messages that went out together are one run,
 * so memory is bounded by the number of writes and not of messages.
 */
export class SendTimes {
  /** Number of the last message of each run, from 1. */
  readonly #lasts = new Float64Array(RUNS);
  readonly #times = new Float64Array(RUNS);
  #first = 0;
  #length = 0;

  clear(): void {
    this.#first = 0;
    this.#length = 0;
  }

  /** @param last number of the newest message; higher than before */
  add(last: number, sentNs: number): void {
    if (this.#length === RUNS) {
      // Dated too early rather than too late: a latency must not come out better than it was.
      this.#lasts[(this.#first + RUNS - 1) % RUNS] = last;
      return;
    }
    const place = (this.#first + this.#length++) % RUNS;
    this.#lasts[place] = last;
    this.#times[place] = sentNs;
  }

  /**
   * When message `number` was sent; null when it was not. Those before it are forgotten.
   * @param number not lower than before
   */
  take(number: number): number | null {
    while (this.#length > 0 && (this.#lasts[this.#first] as number) < number) {
      this.#first = (this.#first + 1) % RUNS;
      this.#length--;
    }
    return this.#length === 0 ? null : (this.#times[this.#first] as number);
  }
}
