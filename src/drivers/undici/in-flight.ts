import { nowNs } from '../../core/index.js';
import type { Exchange } from './exchange.js';

/**
 * The requests in flight, in the order sent. All have the same time-out, so this is the order of their
 * deadlines too, and one timer serves all.
 */
export class InFlight {
  readonly #exchanges = new Set<Exchange>();
  readonly #timeoutMs: number;
  readonly #expire: (exchange: Exchange) => void;
  #timer: NodeJS.Timeout | null = null;
  #immediate: NodeJS.Immediate | null = null;
  #onEmpty: (() => void) | null = null;

  constructor(timeoutMs: number, expire: (exchange: Exchange) => void) {
    this.#timeoutMs = timeoutMs;
    this.#expire = expire;
  }

  add(exchange: Exchange): void {
    this.#exchanges.add(exchange);
    if (this.#timer === null) this.#wait(this.#timeoutMs);
  }

  delete(exchange: Exchange): void {
    this.#exchanges.delete(exchange);
    if (this.#exchanges.size === 0) this.#onEmpty?.();
  }

  /** Resolves when nothing is in flight, or after `graceMs`. */
  async drained(graceMs: number): Promise<void> {
    if (this.#exchanges.size === 0 || graceMs <= 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, graceMs);
      this.#onEmpty = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#onEmpty = null;
  }

  /** Lets all that is still in flight expire, and the timer with it. */
  end(): void {
    for (const exchange of [...this.#exchanges]) this.#expire(exchange);
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#immediate !== null) clearImmediate(this.#immediate);
    this.#timer = null;
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => {
      // After a stall of this process, responses that have arrived long since come before the time-outs.
      this.#immediate = setImmediate(() => this.#expireDue(nowNs()));
    }, ms);
  }

  #expireDue(now: number): void {
    this.#timer = null;
    for (const exchange of this.#exchanges) {
      if (exchange.deadlineNs > now) {
        // A millisecond is the finest a timer goes; without rounding up it would fire before the deadline.
        this.#wait(Math.ceil((exchange.deadlineNs - now) / 1e6));
        return;
      }
      this.#expire(exchange);
    }
  }
}
