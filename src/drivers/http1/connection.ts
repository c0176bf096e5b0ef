import type { OnReadOpts, Socket } from 'node:net';
import type { ResponseParser } from '../../wire/http1/index.js';
import type { Dialer } from './dial.js';
import { directHandle, type StreamHandle, writeDirect } from './direct-write.js';

/** closed → connecting → open → closed. */
type ConnectionState = 'closed' | 'connecting' | 'open';

/** What a connection tells its driver. `code` is that of the system, such as ECONNRESET. */
export interface ConnectionEvents {
  ready(connection: Connection): void;
  data(connection: Connection, buffer: Buffer, length: number): void;
  /** The peer sent its end. */
  ended(connection: Connection): void;
  failed(connection: Connection, error: NodeJS.ErrnoException): void;
  /** A socket is gone for good; `drop` has been called or the peer closed. */
  socketClosed(): void;
}

/**
 * One connection of the driver, and its requests in flight: a ring of `depth` tickets in the order sent,
 * which is the order of the responses.
 */
export class Connection {
  state: ConnectionState = 'closed';
  /** When it last began to connect, ns. */
  dialledNs = 0;
  /** Failed attempts in a row. */
  failures = 0;
  /** Request bytes that wait for the connection, or for the end of the read that is under way. */
  outbox = '';
  everOpen = false;
  readonly index: number;
  readonly parser: ResponseParser;
  readonly #tickets: Int32Array;
  readonly #sentNs: Float64Array;
  readonly #heads: Uint8Array;
  #first = 0;
  #inFlight = 0;
  #socket: Socket | null = null;
  /** For writing below the stream layer, where that can be done. */
  #handle: StreamHandle | null = null;

  constructor(index: number, depth: number, parser: ResponseParser) {
    this.index = index;
    this.parser = parser;
    this.#tickets = new Int32Array(depth);
    this.#sentNs = new Float64Array(depth);
    this.#heads = new Uint8Array(depth);
  }

  get inFlight(): number {
    return this.#inFlight;
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

  dial(dialer: Dialer, buffer: Buffer, events: ConnectionEvents, nowNs: number): void {
    this.state = 'connecting';
    this.dialledNs = nowNs;
    const onread: OnReadOpts = {
      buffer,
      callback: (length) => {
        // A socket given up may still have bytes to deliver.
        if (this.#socket === socket) events.data(this, buffer, length);
        return true;
      },
    };
    const socket = dialer.dial(onread);
    this.#socket = socket;
    socket.once(dialer.readyEvent, () => {
      if (this.#socket !== socket) return;
      this.#handle = directHandle(socket);
      events.ready(this);
    });
    socket.on('end', () => {
      if (this.#socket === socket) events.ended(this);
    });
    socket.on('error', (error) => {
      if (this.#socket === socket) events.failed(this, error);
    });
    socket.once('close', () => events.socketClosed());
  }

  /** Writes everything that waits, in one call. */
  flush(): void {
    const bytes = this.outbox;
    if (bytes === '') return;
    this.outbox = '';
    this.write(bytes);
  }

  write(bytes: string): void {
    const socket = this.#socket as Socket;
    if (this.#handle === null) {
      socket.write(bytes, 'latin1');
      return;
    }
    // An error may come back at once; its outcome must not, from inside a send.
    if (writeDirect(socket, this.#handle, bytes) !== 0) socket.destroy(brokenPipe());
  }

  /** Gives the socket up; nothing more is heard of it. */
  drop(): void {
    this.state = 'closed';
    this.outbox = '';
    const socket = this.#socket;
    this.#socket = null;
    this.#handle = null;
    socket?.destroy();
  }
}

function brokenPipe(): NodeJS.ErrnoException {
  return Object.assign(new Error('the connection took no more bytes'), { code: 'EPIPE', syscall: 'write' });
}
