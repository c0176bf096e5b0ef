import { type Counters, Slot } from './counters.js';
import type { Refusal } from './refusal.js';

/** One request that is held or being served, whatever protocol it came by. */
export interface Hit {
  /** Counts the hits from 0. */
  readonly number: number;
  /** The connection it came on; looked at for its identity alone. */
  readonly connection: object;
  /** The response is out, or the client is gone: whatever waits for this hit may forget it. */
  ended: boolean;
  /** When it should have got as far as it is, had no timer been late; null: nothing was planned for it yet. */
  plannedNs: number | null;
  /** Called once, at the end. */
  onEnd: (() => void) | null;
  /** Answers it with the reason why it is not served. */
  refuse(why: Refusal): void;
  /** Begins a response, and resets the connection in the middle of it. */
  cut(): void;
}

/** The requests in flight, over all protocols. */
export class InFlight {
  readonly #counters: Counters;
  #hits = 0;
  #count = 0;
  #whenIdle: (() => void) | null = null;

  constructor(counters: Counters) {
    this.#counters = counters;
  }

  get count(): number {
    return this.#count;
  }

  /** Counts one more in; gives its number. Whoever asks sees to it that `end` is called. */
  begin(): number {
    this.#count++;
    this.#counters.set(Slot.inFlight, this.#count);
    return this.#hits++;
  }

  /** Counts a hit out. May be called again. */
  end(hit: Hit): void {
    if (hit.ended) return;
    hit.ended = true;
    this.#count--;
    this.#counters.set(Slot.inFlight, this.#count);
    hit.onEnd?.();
    if (this.#count === 0) this.#whenIdle?.();
  }

  /** Resolves when nothing is in flight, or after `graceMs`. */
  idle(graceMs: number): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, graceMs);
      this.#whenIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
