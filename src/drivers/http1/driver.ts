import {
  type Driver,
  type DriverCounters,
  type DriverEvents,
  type DriverOptions,
  type Fault,
  nowNs,
  type Operation,
  OutcomeKind,
  outcomeKinds,
  type Values,
} from '../../core/index.js';
import { HeadMemory, ResponseParser } from '../../wire/http1/index.js';
import { Addresses } from '../addresses.js';
import { createDialer, type Dialer } from '../dial.js';
import { addOwnLimit, Faults } from '../faults.js';
import { LimitedSlots } from '../limited-slots.js';
import { Opening } from '../opening.js';
import { PinnedSlots } from '../pinned-slots.js';
import { Rests } from '../rests.js';
import { SlotRing } from '../slots.js';
import { unreachable } from '../unreachable.js';
import { Waiting } from '../waiting.js';
import { Connection, type ConnectionEvents } from './connection.js';
import { PreparedRequest } from './prepare.js';
import { ReadingObserver } from './reading.js';

/** Read by all connections of a worker, one after the other, so 10,000 of them need no 10,000 buffers. */
const READ_BUFFER_BYTES = 64 * 1024;

/** HTTP/1.1 on plain sockets, as bytes. */
export class Http1Driver implements Driver, ConnectionEvents {
  readonly slots: number;
  readonly counters: DriverCounters = { connects: 0, reconnects: 0, connectFailures: 0 };
  readonly #options: DriverOptions;
  readonly #events: DriverEvents;
  readonly #dialer: Dialer;
  readonly #buffer = Buffer.allocUnsafeSlow(READ_BUFFER_BYTES);
  readonly #connections: readonly Connection[];
  readonly #free: SlotRing;
  /** The same, where the number of connections changes. */
  readonly #limited: LimitedSlots | null;
  /** The same, where each request is for one connection. */
  readonly #pinned: PinnedSlots | null;
  readonly #timeoutNs: number;
  readonly #connectTimeoutNs: number;
  /** The connection whose bytes are being read: what is sent on it meanwhile leaves in one write. */
  #reading: Connection | null = null;
  #opening: Opening<Connection> | null = null;
  #sweeper: NodeJS.Timeout | undefined;
  readonly #rests: Rests;
  readonly #addresses: Addresses;
  readonly #faults: Faults;
  #inFlight = 0;
  #channels = 0;
  readonly #waiting = new Waiting();
  #closing = false;

  constructor(options: DriverOptions, events: DriverEvents) {
    this.#options = options;
    this.#events = events;
    this.#addresses = new Addresses(options);
    const { log } = options;
    this.#faults = new Faults(log && ((why) => log({ event: 'fault', why })));
    this.#dialer = createDialer(options, ['http/1.1']);
    this.#timeoutNs = options.timeoutMs * 1e6;
    this.#connectTimeoutNs = options.connectTimeoutMs * 1e6;
    const depth = options.keepAlive ? options.pipeline : 1;
    const limits = {
      ...(options.maxHeaderBytes === undefined ? {} : { maxHeaderBytes: options.maxHeaderBytes }),
      ...(options.maxBodyBytes === undefined ? {} : { maxBodyBytes: options.maxBodyBytes }),
    };
    const memory = new HeadMemory();
    this.#connections = Array.from({ length: options.connections }, (_, index) => {
      if (options.reader === undefined)
        return new Connection(index, depth, new ResponseParser(limits, { memory }), this);
      const observer = new ReadingObserver(options.reader);
      const parser = new ResponseParser(limits, { memory, observer });
      const connection = new Connection(index, depth, parser, this);
      observer.ticket = () => connection.oldestTicket;
      return connection;
    });
    this.slots = options.connections * depth;
    const { activeConnections } = options;
    this.#limited =
      activeConnections === undefined
        ? null
        : new LimitedSlots(
            this.#connections.map(() => depth),
            activeConnections,
            (index) => this.#leave(index),
          );
    this.#pinned = options.pinned === true ? new PinnedSlots(this.slots, options.connections) : null;
    this.#free = this.#pinned ?? this.#limited ?? new SlotRing(this.slots);
    this.#rests = new Rests((index) => {
      this.#free.push(index);
      if (!this.#closing) this.#events.slotFree();
    });
    for (let round = 0; round < depth; round++) {
      for (const { index } of this.#connections) this.#free.push(index);
    }
  }

  get free(): number {
    return this.#free.length;
  }

  async open(): Promise<void> {
    const { timeoutMs, connectTimeoutMs, keepAlive, target, activeConnections } = this.#options;
    // A tenth of the time-out is how late one may be noticed.
    const sweepMs = Math.min(100, Math.max(5, Math.min(timeoutMs, connectTimeoutMs) / 10));
    this.#sweeper = setInterval(() => this.#sweep(nowNs()), sweepMs);
    // Without keep-alive each request brings its own connection: one shows that the target is there.
    const wanted = this.#connections.slice(0, keepAlive ? activeConnections : 1);
    const error = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
      this.#opening = new Opening(wanted, (connection) => this.#dial(connection), resolve);
    });
    this.#opening = null;
    if (error === null) return;
    await this.close(0);
    throw unreachable(target.url, error);
  }

  limit(connections: number): void {
    this.#limited?.limit(connections);
  }

  pin(connection: number): boolean {
    return this.#pinned?.pin(connection) === true;
  }

  prepare(operation: Operation): PreparedRequest {
    const { target, keepAlive } = this.#options;
    return new PreparedRequest(operation, { authority: target.authority, keepAlive });
  }

  send(request: PreparedRequest, values: Values, ticket: number, now: number): number {
    const bytes = request.render(values);
    const connection = this.#connections[this.#free.shift()] as Connection;
    connection.enqueue(ticket, now, request.isHead(bytes));
    this.#inFlight++;
    if (connection.state === 'open' && connection !== this.#reading) {
      connection.write(bytes);
    } else {
      connection.outbox += bytes;
      connection.unwritten++;
      if (connection.state === 'closed') this.#dial(connection);
    }
    return bytes.length;
  }

  ready(connection: Connection): void {
    connection.state = 'open';
    this.counters.connects++;
    if (connection.everOpen && this.#options.keepAlive) this.counters.reconnects++;
    connection.everOpen = true;
    this.#log('connected', connection);
    connection.flush();
    this.#opening?.settled(null);
  }

  data(connection: Connection, buffer: Buffer, length: number): void {
    // One reading of the clock for all responses of this read: they arrived together.
    const endNs = nowNs();
    const { parser } = connection;
    this.#reading = connection;
    let at = 0;
    while (at < length && connection.state === 'open') {
      if (connection.inFlight === connection.unwritten) {
        // Bytes that nobody asked for would be taken for the response to whatever is sent next.
        this.#breach(connection, 'bytes that no request asked for', endNs);
        break;
      }
      at = parser.feed(buffer, at, length);
      if (parser.complete) this.#respond(connection, endNs);
      else if (parser.error !== null) this.#breach(connection, parser.error, endNs);
      else break;
    }
    this.#reading = null;
    if (connection.state === 'open') connection.flush();
  }

  ended(connection: Connection): void {
    if (connection.state === 'connecting') {
      this.#connectFailed(connection, new Error('the server closed the connection before it was ready'));
    } else if (connection.inFlight > 0 && connection.parser.finish()) {
      this.#respond(connection, nowNs());
    } else {
      this.#fail(connection, OutcomeKind.read, nowNs());
    }
  }

  failed(connection: Connection, error: NodeJS.ErrnoException): void {
    if (connection.state === 'connecting') this.#connectFailed(connection, error);
    else this.#fail(connection, error.syscall === 'write' ? OutcomeKind.write : OutcomeKind.read, nowNs());
  }

  channelClosed(): void {
    this.#channels--;
    this.#waiting.changed();
  }

  async close(graceMs: number): Promise<void> {
    await this.#waiting.until(() => this.#inFlight === 0, graceMs);
    clearInterval(this.#sweeper);
    this.#closing = true;
    this.#rests.endAll();
    const endNs = nowNs();
    for (const connection of this.#connections) this.#fail(connection, OutcomeKind.timeout, endNs);
    await this.#waiting.until(() => this.#channels === 0, Number.POSITIVE_INFINITY);
  }

  /** A connection is not to be used for the time being, and has nothing in flight. */
  #leave(index: number): void {
    const connection = this.#connections[index] as Connection;
    connection.drop();
    connection.everOpen = false;
  }

  #dial(connection: Connection): void {
    this.#channels++;
    connection.dial(this.#dialer, this.#buffer, nowNs(), this.#addresses.of(connection.index));
  }

  /** The oldest request of a connection has its whole response. */
  #respond(connection: Connection, endNs: number): void {
    const { status, bytes, keepAlive } = connection.parser;
    connection.answered = true;
    connection.failures = 0;
    const ticket = connection.dequeue();
    const kind = status < 400 ? OutcomeKind.ok : OutcomeKind.status;
    if (keepAlive && this.#options.keepAlive) {
      this.#settle(connection, ticket, kind, status, bytes, endNs);
      return;
    }
    // The server will answer no more on this connection: whatever else was pipelined on it is lost.
    const lost = connection.dequeueAll();
    connection.drop();
    this.#log('closed', connection);
    this.#settle(connection, ticket, kind, status, bytes, endNs);
    for (const other of lost) this.#settle(connection, other, OutcomeKind.read, 0, 0, endNs);
  }

  /** The server broke the protocol. */
  #breach(connection: Connection, what: string, endNs: number): void {
    // What comes when nothing was asked is no request's failure.
    if (connection.inFlight > 0) this.#faults.add(`response refused: ${what}`);
    this.#fail(connection, OutcomeKind.protocol, endNs);
  }

  /** The connection is no good any more: its oldest request failed as `kind` says, those behind it with it. */
  #fail(connection: Connection, kind: OutcomeKind, endNs: number): void {
    const { bytes, started } = connection.parser;
    // Behind one that took too long the others waited as long; else they were cut off.
    const behind = kind === OutcomeKind.timeout ? kind : OutcomeKind.read;
    const lost = connection.dequeueAll();
    // One that was opened and closed at once is no better than one that was refused.
    const isRefusal = !connection.answered && kind !== OutcomeKind.timeout && lost.length > 0;
    if (connection.state !== 'closed')
      this.#log('closed', connection, lost.length > 0 ? outcomeKinds[kind] : undefined);
    connection.drop();
    if (isRefusal) this.#rests.rest(connection.index, lost.length, ++connection.failures);
    lost.forEach((ticket, i) => {
      if (!isRefusal) this.#free.push(connection.index);
      if (i === 0) this.#tell(ticket, kind, 0, started ? bytes : 0, endNs);
      else this.#tell(ticket, behind, 0, 0, endNs);
    });
  }

  #settle(
    connection: Connection,
    ticket: number,
    kind: OutcomeKind,
    status: number,
    bytes: number,
    endNs: number,
  ): void {
    this.#free.push(connection.index);
    this.#tell(ticket, kind, status, bytes, endNs);
  }

  #tell(ticket: number, kind: OutcomeKind, status: number, bytes: number, endNs: number): void {
    this.#inFlight--;
    this.#events.outcome(ticket, kind, status, bytes, endNs);
    this.#waiting.changed();
  }

  /** Requests that waited for the connection fail; their slots rest, so that a dead target is not hammered. */
  #connectFailed(connection: Connection, error: NodeJS.ErrnoException): void {
    const endNs = nowNs();
    const lost = connection.dequeueAll();
    connection.drop();
    this.counters.connectFailures++;
    connection.failures++;
    this.#addresses.failed(connection.index);
    this.#log('connect-failed', connection, error.message);
    addOwnLimit(this.#faults, error);
    if (lost.length > 0) this.#rests.rest(connection.index, lost.length, connection.failures);
    for (const ticket of lost) {
      this.#inFlight--;
      this.#events.outcome(ticket, OutcomeKind.connect, 0, 0, endNs);
    }
    if (this.#opening !== null && connection.failures < this.#addresses.count) this.#dial(connection);
    else this.#opening?.settled(error);
    this.#waiting.changed();
  }

  faults(): readonly Fault[] {
    return this.#faults.list;
  }

  #log(event: 'connected' | 'connect-failed' | 'closed', { index, address }: Connection, why?: string): void {
    this.#options.log?.({ event, connection: index, address, ...(why === undefined ? {} : { why }) });
  }

  /** Ends what has taken too long. One pass over all connections in place of a timer for each request. */
  #sweep(now: number): void {
    for (const connection of this.#connections) {
      if (connection.state === 'connecting' && now - connection.dialledNs > this.#connectTimeoutNs) {
        const error: NodeJS.ErrnoException = new Error('connecting took too long');
        error.code = 'ETIMEDOUT';
        this.#connectFailed(connection, error);
      } else if (connection.inFlight > 0 && now - connection.oldestNs > this.#timeoutNs) {
        this.#fail(connection, OutcomeKind.timeout, now);
      }
    }
  }
}
