import { nowNs } from '../core/index.js';

/**
 * Node's timers count whole milliseconds and are late by up to 1.1 ms more at p99. So an exact wake sleeps
 * only while it is farther away than this, and spins the rest of the way.
 */
const SPIN_WITHIN_NS = 2e6;
const TIMER_SLACK_NS = 1.2e6;

/** Calls back when an instant has come: coarsely by a timer, or exactly by spinning through the event loop. */
export class Waker {
  /** Whether it has spun since it was made: then the event loop never rests, by design. */
  spun = false;
  readonly #onWake: () => void;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;

  constructor(onWake: () => void) {
    this.#onWake = onWake;
  }

  /**
   * Wakes at `atNs` or before it, but never much later; whoever is woken looks at the clock and asks again.
   * Replaces what was asked for before.
   *
   * @param exact spin when it is near
   */
  wakeAt(atNs: number, exact: boolean): void {
    const waitNs = atNs - nowNs();
    if (exact && waitNs <= SPIN_WITHIN_NS) {
      clearTimeout(this.#timer);
      this.spun = true;
      this.#immediate ??= setImmediate(this.#spin);
      return;
    }
    this.cancel();
    if (waitNs === Number.POSITIVE_INFINITY) return;
    const sleepMs = exact ? (waitNs - TIMER_SLACK_NS) / 1e6 : Math.ceil(waitNs / 1e6);
    // A timer longer than 2^31 ms would fire at once.
    this.#timer = setTimeout(this.#onWake, Math.min(Math.max(1, Math.floor(sleepMs)), 0x7fffffff));
  }

  cancel(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#immediate = undefined;
  }

  readonly #spin = (): void => {
    this.#immediate = undefined;
    this.#onWake();
  };
}
