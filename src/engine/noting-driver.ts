import type { Driver, DriverCounters, Prepared, Values } from '../core/index.js';

/** Hears of each request that goes out, before its driver does. */
export interface SendListener {
  sending(ticket: number, sentNs: number, request: Prepared): void;
}

/** A driver whose sends are noted, so that an outcome can be told from what it is of. */
export class NotingDriver implements Driver {
  readonly #driver: Driver;
  readonly #listener: SendListener;

  constructor(driver: Driver, listener: SendListener) {
    this.#driver = driver;
    this.#listener = listener;
  }

  get free(): number {
    return this.#driver.free;
  }

  get slots(): number {
    return this.#driver.slots;
  }

  get counters(): Readonly<DriverCounters> {
    return this.#driver.counters;
  }

  open(): Promise<void> {
    return this.#driver.open();
  }

  prepare(operation: Parameters<Driver['prepare']>[0]): Prepared {
    return this.#driver.prepare(operation);
  }

  pin(connection: number): boolean {
    return this.#driver.pin?.(connection) === true;
  }

  send(request: Prepared, values: Values, ticket: number, nowNs: number): number {
    this.#listener.sending(ticket, nowNs, request);
    return this.#driver.send(request, values, ticket, nowNs);
  }

  close(graceMs: number): Promise<void> {
    return this.#driver.close(graceMs);
  }
}
