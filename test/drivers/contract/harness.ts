import assert from 'node:assert/strict';
import {
  type Driver,
  type DriverEvents,
  type DriverOptions,
  nowNs,
  OutcomeKind,
  outcomeKinds,
  type Prepared,
  type Values,
} from '#zipfire/core/index.js';
import { operation, type RequestSpec } from '../../support/operations.js';

export type DriverFactory = (options: DriverOptions, events: DriverEvents) => Driver | Promise<Driver>;

export interface Outcome {
  readonly kind: keyof typeof OutcomeKind;
  readonly status: number;
  readonly bytesIn: number;
}

const NO_VALUES: Values = [];

/**
 * Stands where the engine stands: sends on free slots, and holds the driver to its word: one outcome for each
 * ticket, none from inside `send`, none dated before its request, never a slot too many.
 */
export class Harness implements DriverEvents {
  /** In the order they came. */
  readonly outcomes: Outcome[] = [];
  /** What `send` said it sent, bytes. */
  bytesOut = 0;
  readonly #waiting = new Map<number, { sentNs: number; resolve: (outcome: Outcome) => void }>();
  readonly #broken: string[] = [];
  #driver: Driver | null = null;
  #closing: Promise<void> | null = null;
  #tickets = 0;
  #isSending = false;
  #onSlot: (() => void)[] = [];

  static async create(factory: DriverFactory, options: DriverOptions): Promise<Harness> {
    const harness = new Harness();
    harness.#driver = await factory(options, harness);
    return harness;
  }

  get driver(): Driver {
    assert.ok(this.#driver !== null);
    return this.#driver;
  }

  get inFlight(): number {
    return this.#waiting.size;
  }

  get isOpen(): boolean {
    return this.#closing === null;
  }

  prepare(spec: RequestSpec = {}): Prepared {
    return this.driver.prepare(operation(spec));
  }

  /** Sends at once; a slot must be free. */
  send(request: Prepared, values: Values = NO_VALUES): Promise<Outcome> {
    assert.ok(this.driver.free > 0, 'no slot is free');
    const ticket = this.#tickets++;
    const sentNs = nowNs();
    const outcome = new Promise<Outcome>((resolve) => this.#waiting.set(ticket, { sentNs, resolve }));
    this.#isSending = true;
    this.bytesOut += this.driver.send(request, values, ticket, sentNs);
    this.#isSending = false;
    return outcome;
  }

  /** Waits for a free slot, sends there and waits for the outcome. */
  async request(spec: RequestSpec | Prepared = {}, values: Values = NO_VALUES): Promise<Outcome> {
    const request = 'operation' in spec ? spec : this.prepare(spec);
    // Nothing may come between the look and the send: others may be waiting for the same slot.
    while (this.driver.free === 0) await this.#slotChange();
    return this.send(request, values);
  }

  /**
   * Sends until a request is answered. Where the time-out is short, a busy machine may miss it a few times;
   * nothing else may come in between.
   */
  async answered(spec: RequestSpec = {}): Promise<Outcome> {
    for (let attempt = 0; attempt < 50; attempt++) {
      const outcome = await this.request(spec);
      if (outcome.kind !== 'timeout') return outcome;
    }
    return assert.fail('50 requests in a row timed out');
  }

  /** Resolves when at least `slots` are free. */
  async slotsFree(slots: number): Promise<void> {
    while (this.driver.free < slots) await this.#slotChange();
  }

  /** Closes the driver, if that has not been done. */
  async close(graceMs: number): Promise<void> {
    this.#closing ??= this.driver.close(graceMs);
    await this.#closing;
  }

  /** Holds the driver to its word; to be called when it has closed. */
  verify(): void {
    assert.deepEqual(this.#broken, [], 'rules of the driver interface broken');
    assert.equal(this.#waiting.size, 0, 'tickets without an outcome');
    assert.equal(this.outcomes.length, this.#tickets, 'one outcome for each ticket');
    if (this.#tickets > 0) assert.equal(this.driver.free, this.driver.slots, 'every slot is free again');
  }

  messagesSent(): void {
    this.#broken.push('messages of what is no call');
  }

  messagesReceived(): void {
    this.#broken.push('messages of what is no call');
  }

  outcome(ticket: number, kind: OutcomeKind, status: number, bytesIn: number, endNs: number): void {
    const waiting = this.#waiting.get(ticket);
    this.#waiting.delete(ticket);
    const { free, slots } = this.driver;
    if (this.#isSending) this.#broken.push(`ticket ${ticket}: outcome from inside send`);
    if (free > slots) this.#broken.push(`ticket ${ticket}: ${free} of ${slots} slots are free`);
    if (free + this.#waiting.size > slots)
      this.#broken.push(`ticket ${ticket}: a slot in flight is called free`);
    if (bytesIn < 0 || !Number.isSafeInteger(bytesIn))
      this.#broken.push(`ticket ${ticket}: ${bytesIn} bytes in`);
    const isWhole = kind === OutcomeKind.ok || kind === OutcomeKind.status;
    if (isWhole !== status > 0) this.#broken.push(`ticket ${ticket}: kind ${kind} with status ${status}`);
    const outcome = { kind: outcomeKinds[kind] as Outcome['kind'], status, bytesIn };
    this.outcomes.push(outcome);
    if (waiting === undefined) {
      this.#broken.push(`ticket ${ticket}: an outcome that nobody waits for`);
    } else {
      if (endNs < waiting.sentNs) this.#broken.push(`ticket ${ticket}: ended before it was sent`);
      waiting.resolve(outcome);
    }
    this.#slotFreed();
  }

  slotFree(): void {
    if (this.driver.free === 0) this.#broken.push('slotFree while no slot is free');
    this.#slotFreed();
  }

  #slotChange(): Promise<void> {
    return new Promise((resolve) => this.#onSlot.push(resolve));
  }

  #slotFreed(): void {
    const waiting = this.#onSlot;
    this.#onSlot = [];
    for (const resolve of waiting) resolve();
  }
}
