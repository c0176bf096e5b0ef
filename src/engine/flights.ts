/** The requests in flight, by ticket. Arrays made once: nothing is allocated for a request. */
export class Flights {
  readonly intendedNs: Float64Array;
  readonly sentNs: Float64Array;
  readonly operation: Uint16Array;
  /** Which part of the run sent it; see `LoadLoop`. */
  readonly cohort: Uint32Array;
  readonly #free: Int32Array;
  #freeCount: number;

  /** @param capacity the driver's slots */
  constructor(capacity: number) {
    this.intendedNs = new Float64Array(capacity);
    this.sentNs = new Float64Array(capacity);
    this.operation = new Uint16Array(capacity);
    this.cohort = new Uint32Array(capacity);
    this.#free = Int32Array.from({ length: capacity }, (_, i) => capacity - 1 - i);
    this.#freeCount = capacity;
  }

  get inFlight(): number {
    return this.#free.length - this.#freeCount;
  }

  /** A ticket that is not in use. There is one for each slot of the driver. */
  take(): number {
    return this.#free[--this.#freeCount] as number;
  }

  release(ticket: number): void {
    this.#free[this.#freeCount++] = ticket;
  }
}
