import type { ResponseParser } from '../../wire/http1/index.js';
import { Channel, type ChannelEvents } from '../channel.js';
import type { Dialer } from '../dial.js';

/** closed → connecting → open → closed. */
type ConnectionState = 'closed' | 'connecting' | 'open';

/** What a connection tells its driver. */
export interface ConnectionEvents {
  ready(connection: Connection): void;
  data(connection: Connection, buffer: Buffer, length: number): void;
  ended(connection: Connection): void;
  failed(connection: Connection, error: NodeJS.ErrnoException): void;
  channelClosed(): void;
}

/**
 * One connection of the driver, and its requests in flight: a ring of `depth` tickets in the order sent,
 * which is the order of the responses.
 */
export class Connection implements ChannelEvents {
  state: ConnectionState = 'closed';
  /** Where it last was dialled; see `Dialer.dial`. */
  address: string | null = null;
  /** When it last began to connect, ns. */
  dialledNs = 0;
  /** Attempts in a row that failed, or were closed before anything was answered. */
  failures = 0;
  /** Request bytes that wait for the connection, or for the end of the read that is under way. */
  outbox = '';
  everOpen = false;
  /** Whether it answered anything since it was dialled. */
  answered = false;
  /** Requests whose bytes are in the outbox: no response can be theirs yet. */
  unwritten = 0;
  readonly index: number;
  readonly parser: ResponseParser;
  readonly #events: ConnectionEvents;
  readonly #tickets: Int32Array;
  readonly #sentNs: Float64Array;
  readonly #heads: Uint8Array;
  #first = 0;
  #inFlight = 0;
  #channel: Channel | null = null;

  constructor(index: number, depth: number, parser: ResponseParser, events: ConnectionEvents) {
    this.#events = events;
    this.index = index;
    this.parser = parser;
    this.#tickets = new Int32Array(depth);
    this.#sentNs = new Float64Array(depth);
    this.#heads = new Uint8Array(depth);
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get oldestTicket(): number {
    return this.#tickets[this.#first] as number;
  }

  /** When the oldest request in flight was sent, ns. */
  get oldestNs(): number {
    return this.#sentNs[this.#first] as number;
  }

  enqueue(ticket: number, nowNs: number, head: boolean): void {
    const at = (this.#first + this.#inFlight) % this.#tickets.length;
    this.#tickets[at] = ticket;
    this.#sentNs[at] = nowNs;
    this.#heads[at] = head ? 1 : 0;
    if (this.#inFlight++ === 0) this.parser.reset(head);
  }

  /** Takes every request off the ring, the oldest first. */
  dequeueAll(): number[] {
    return Array.from({ length: this.#inFlight }, () => this.dequeue());
  }

  /** Takes the oldest request off the ring and readies the parser for the next one's response. */
  dequeue(): number {
    const ticket = this.#tickets[this.#first] as number;
    this.#first = this.#first + 1 === this.#tickets.length ? 0 : this.#first + 1;
    if (--this.#inFlight > 0) this.parser.reset(this.#heads[this.#first] === 1);
    return ticket;
  }

  /** Opens a channel of its own. */
  dial(dialer: Dialer, buffer: Buffer, nowNs: number, address: string | null): void {
    this.address = address;
    this.state = 'connecting';
    this.answered = false;
    this.dialledNs = nowNs;
    this.#channel = new Channel(dialer, buffer, this, address);
  }

  /** Writes everything that waits, in one call. */
  flush(): void {
    const bytes = this.outbox;
    if (bytes === '') return;
    this.outbox = '';
    this.unwritten = 0;
    this.write(bytes);
  }

  write(bytes: string): void {
    (this.#channel as Channel).write(bytes);
  }

  /** Gives the channel up; nothing more is heard of it but that it closed. */
  drop(): void {
    this.state = 'closed';
    this.outbox = '';
    this.unwritten = 0;
    this.#channel?.drop();
    this.#channel = null;
  }

  ready(): void {
    this.#events.ready(this);
  }

  data(buffer: Buffer, length: number): void {
    this.#events.data(this, buffer, length);
  }

  ended(): void {
    this.#events.ended(this);
  }

  failed(error: NodeJS.ErrnoException): void {
    this.#events.failed(this, error);
  }

  closed(): void {
    this.#events.channelClosed();
  }
}
