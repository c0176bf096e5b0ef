/** Waits for something that events bring about. One at a time. */
export class Waiting {
  #look: (() => void) | null = null;

  /** Something happened that may be what is waited for. */
  changed(): void {
    if (this.#look !== null) this.#look();
  }

  /** Resolves when `isSo`, which is looked at now and at each change, but not later than `graceMs`. */
  until(isSo: () => boolean, graceMs: number): Promise<void> {
    if (isSo() || graceMs <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#look = null;
        resolve();
      };
      const timer = Number.isFinite(graceMs) ? setTimeout(done, graceMs) : undefined;
      this.#look = () => {
        if (isSo()) done();
      };
    });
  }
}
