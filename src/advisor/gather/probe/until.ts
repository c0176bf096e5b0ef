/**
 * A signal that fires when another one does, after a time, or when it is told to. Node 20 loses those that
 * `AbortSignal.any` and `AbortSignal.timeout` make to its garbage collector.
 */
export class Until {
  readonly #controller = new AbortController();
  readonly #from: AbortSignal;
  readonly #timer: NodeJS.Timeout | undefined;

  /** @param timeMs absent: for ever */
  constructor(from: AbortSignal, timeMs?: number) {
    this.#from = from;
    this.#timer = timeMs === undefined ? undefined : setTimeout(this.stop, timeMs);
    from.addEventListener('abort', this.stop);
    if (from.aborted) this.stop();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  readonly stop = (): void => {
    this.#controller.abort();
    this.dispose();
  };

  /** Nothing fires from now on. */
  dispose(): void {
    clearTimeout(this.#timer);
    this.#from.removeEventListener('abort', this.stop);
  }
}
