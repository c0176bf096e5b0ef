const FIRST_REST_MS = 10;
const LONGEST_REST_MS = 500;

/** Keeps the slots of a connection that failed from being used at once, longer each time: a dead target is not hammered. */
export class Rests {
  readonly #resting = new Map<NodeJS.Timeout, { readonly connection: number; readonly slots: number }>();
  readonly #release: (connection: number) => void;

  /** @param release gives one slot of a connection back */
  constructor(release: (connection: number) => void) {
    this.#release = release;
  }

  /** @param failures attempts that failed in a row; the first may not be counted yet */
  rest(connection: number, slots: number, failures: number): void {
    const restMs = Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** Math.min(Math.max(failures - 1, 0), 16));
    const timer = setTimeout(() => {
      this.#resting.delete(timer);
      this.#releaseAll(connection, slots);
    }, restMs);
    this.#resting.set(timer, { connection, slots });
  }

  /** Ends every rest now. */
  endAll(): void {
    for (const [timer, { connection, slots }] of this.#resting) {
      clearTimeout(timer);
      this.#releaseAll(connection, slots);
    }
    this.#resting.clear();
  }

  #releaseAll(connection: number, slots: number): void {
    for (let i = 0; i < slots; i++) this.#release(connection);
  }
}
