import { withResolvers } from './with-resolvers.js';

/** A wait until nothing is in flight, for a grace at most, which may be shortened while it is under way. */
export class Idleness {
  /** Whether somebody waits. */
  awaited = false;
  #settle: () => void = () => {};
  #timer: NodeJS.Timeout | undefined;

  /** @returns whether `isIdle` by then */
  wait(graceMs: number, isIdle: () => boolean): Promise<boolean> {
    if (isIdle()) return Promise.resolve(true);
    const { promise, resolve } = withResolvers<boolean>();
    this.#settle = () => {
      clearTimeout(this.#timer);
      this.awaited = false;
      resolve(isIdle());
    };
    this.awaited = true;
    this.#timer = setTimeout(this.#settle, graceMs);
    return promise;
  }

  /** Shortens a wait that is under way. */
  hurry(graceMs: number): void {
    if (!this.awaited) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#settle, graceMs);
  }

  /** It is idle, or there is no use in waiting: ends a wait that is under way. */
  settle(): void {
    this.#settle();
  }
}
