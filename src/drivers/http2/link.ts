import { nowNs, OutcomeKind } from '../../core/index.js';
import {
  ErrorCode,
  Http2Session,
  ResetBy,
  type ResponseHead,
  type ResponseHeads,
  type SessionHandler,
} from '../../wire/http2/index.js';
import { Channel, type ChannelEvents } from '../channel.js';
import type { Dialer } from '../dial.js';

/** What a link tells its driver. */
export interface LinkEvents {
  /** The server's SETTINGS came: it speaks HTTP/2, and requests go out. */
  linkReady(link: Link): void;
  /** A request is over and its stream free; not yet counted as free by the driver. */
  linkOutcome(link: Link, ticket: number, kind: OutcomeKind, status: number, bytesIn: number): void;
  /** It takes no new requests; those in flight go on. */
  linkLeaving(link: Link): void;
  /** It never became ready. Comes before the outcomes of what waited for it. */
  linkFailing(link: Link): void;
  /** It is over; every request in flight had its outcome. @param error why it never became ready, or null */
  linkEnded(link: Link, error: NodeJS.ErrnoException | null): void;
  channelClosed(): void;
}

export interface LinkOptions {
  /** Which of the driver's connections this is one of, in the course of time. */
  readonly lane: number;
  readonly streams: number;
  readonly maxBodyBytes: number;
  readonly secure: boolean;
  readonly maxStreamId?: number;
}

/** What all links of a worker share. */
export interface LinkParts {
  readonly dialer: Dialer;
  readonly buffer: Buffer;
  readonly heads: ResponseHeads;
  readonly events: LinkEvents;
}

type LinkState = 'connecting' | 'open' | 'leaving' | 'ended';

/**
 * One HTTP/2 connection: a channel, a session on it, and the requests in flight. Each has a slot of the session,
 * which is a stream at a time; they end in the order the server chooses.
 */
export class Link implements ChannelEvents, SessionHandler {
  readonly lane: number;
  readonly dialledNs: number;
  state: LinkState = 'connecting';
  /** When what is being told happened, ns: one reading of the clock for all that one read brought. */
  eventNs = 0;
  readonly #secure: boolean;
  readonly #maxBodyBytes: number;
  readonly #events: LinkEvents;
  readonly #session: Http2Session;
  readonly #channel: Channel;
  readonly #free: number[];
  readonly #tickets: Int32Array;
  /** When a slot's request was sent, ns; infinity on a free slot, so that a sweep passes it by. */
  readonly #sentNs: Float64Array;
  readonly #statuses: Uint16Array;
  readonly #bodyBytes: Float64Array;
  #reading = false;
  #wasReady = false;
  /** A flush is under way at the end of this turn. */
  #flushDue = false;

  constructor(options: LinkOptions, parts: LinkParts, dialledNs: number) {
    const { streams } = options;
    this.lane = options.lane;
    this.dialledNs = dialledNs;
    this.#secure = options.secure;
    this.#maxBodyBytes = options.maxBodyBytes;
    this.#events = parts.events;
    this.#free = Array.from({ length: streams }, (_, i) => streams - 1 - i);
    this.#tickets = new Int32Array(streams);
    this.#sentNs = new Float64Array(streams).fill(Number.POSITIVE_INFINITY);
    this.#statuses = new Uint16Array(streams);
    this.#bodyBytes = new Float64Array(streams);
    this.#session = new Http2Session(this, parts.heads, {
      slots: streams,
      ...(options.maxStreamId === undefined ? {} : { maxStreamId: options.maxStreamId }),
    });
    this.#channel = new Channel(parts.dialer, parts.buffer, this);
  }

  get inFlight(): number {
    return this.#tickets.length - this.#free.length;
  }

  /** Whether `send` takes one more. */
  get accepting(): boolean {
    return (this.state === 'open' || this.state === 'connecting') && this.#session.accepting;
  }

  /** Sends a request on a free stream. Only while `accepting`. */
  send(ticket: number, sentNs: number, block: string, body: string | null, head: boolean): void {
    const slot = this.#free.pop() as number;
    this.#tickets[slot] = ticket;
    this.#sentNs[slot] = sentNs;
    this.#statuses[slot] = 0;
    this.#bodyBytes[slot] = 0;
    this.#session.request(slot, block, body, true, head);
    if (!this.#session.accepting) this.#leave();
    this.#flushSoon();
  }

  /** Takes no new requests from here on. */
  retire(): void {
    this.#leave();
  }

  /** Ends the requests sent before `deadlineNs`. */
  expire(deadlineNs: number, atNs: number): void {
    this.eventNs = atNs;
    for (let slot = 0; slot < this.#sentNs.length; slot++) {
      if ((this.#sentNs[slot] as number) >= deadlineNs) continue;
      this.#session.cancel(slot, ErrorCode.cancel);
      this.#settle(slot, OutcomeKind.timeout, 0);
    }
    this.#flushSoon();
  }

  /** Ends it, and every request in flight as `kind`. */
  end(kind: OutcomeKind, error: NodeJS.ErrnoException | null = null): void {
    if (this.state === 'ended') return;
    const wasConnecting = this.state === 'connecting' || !this.#wasReady;
    this.state = 'ended';
    this.eventNs = nowNs();
    this.#channel.drop();
    if (wasConnecting) this.#events.linkFailing(this);
    for (let slot = 0; slot < this.#sentNs.length; slot++) {
      if (this.#sentNs[slot] !== Number.POSITIVE_INFINITY) this.#settle(slot, kind, 0);
    }
    this.#events.linkEnded(this, wasConnecting ? (error ?? new Error('the connection ended')) : null);
  }

  // The channel

  ready(): void {
    if (this.#secure && this.#channel.protocol !== 'h2') {
      this.end(OutcomeKind.connect, noHttp2());
      return;
    }
    this.#flush();
  }

  data(buffer: Buffer, length: number): void {
    this.eventNs = nowNs();
    this.#reading = true;
    this.#session.feed(buffer, 0, length);
    this.#reading = false;
    this.#flush();
    this.#endWhenDone();
  }

  ended(): void {
    this.#gone(this.#wasReady ? OutcomeKind.read : OutcomeKind.connect, null);
  }

  failed(error: NodeJS.ErrnoException): void {
    const kind = error.syscall === 'write' ? OutcomeKind.write : OutcomeKind.read;
    this.#gone(this.#wasReady ? kind : OutcomeKind.connect, error);
  }

  closed(): void {
    this.#events.channelClosed();
  }

  #gone(kind: OutcomeKind, error: NodeJS.ErrnoException | null): void {
    this.end(kind, error ?? new Error('the server closed the connection before its SETTINGS'));
  }

  // The session

  onReady(): void {
    this.#wasReady = true;
    if (this.state === 'connecting') this.state = 'open';
    this.#events.linkReady(this);
  }

  onHeaders(slot: number, head: ResponseHead): void {
    this.#statuses[slot] = head.status;
  }

  onData(slot: number, _: Buffer, from: number, to: number): void {
    const bytes = (this.#bodyBytes[slot] as number) + to - from;
    this.#bodyBytes[slot] = bytes;
    if (bytes <= this.#maxBodyBytes) return;
    this.#session.cancel(slot, ErrorCode.cancel);
    this.#settle(slot, OutcomeKind.protocol, 0);
  }

  onTrailers(): void {}
  onDrain(): void {}
  onPong(): void {}

  onEarlyEnd(slot: number): void {
    // The response is whole; the rest of the request is of no use to anyone (RFC 9113 §8.1).
    this.#session.cancel(slot, ErrorCode.noError);
    this.onEnd(slot);
  }

  onEnd(slot: number): void {
    const status = this.#statuses[slot] as number;
    this.#settle(slot, status < 400 ? OutcomeKind.ok : OutcomeKind.status, status);
  }

  onReset(slot: number, _code: number, by: ResetBy): void {
    const kind = by === ResetBy.session ? OutcomeKind.protocol : OutcomeKind.read;
    this.#settle(slot, this.#wasReady ? kind : OutcomeKind.connect, 0);
  }

  onGoaway(): void {
    this.#leave();
  }

  onError(_code: number, reason: string): void {
    this.#flush();
    const error: NodeJS.ErrnoException = new Error(`the server does not speak HTTP/2 (${reason})`);
    this.end(this.#wasReady ? OutcomeKind.protocol : OutcomeKind.connect, error);
  }

  #leave(): void {
    if (this.state !== 'open' && this.state !== 'connecting') return;
    this.state = 'leaving';
    this.#events.linkLeaving(this);
  }

  #endWhenDone(): void {
    if (this.state === 'leaving' && this.inFlight === 0) this.end(OutcomeKind.read);
  }

  #settle(slot: number, kind: OutcomeKind, status: number): void {
    this.#sentNs[slot] = Number.POSITIVE_INFINITY;
    this.#free.push(slot);
    this.#events.linkOutcome(this, this.#tickets[slot] as number, kind, status, this.#session.bytesIn(slot));
  }

  /** One write for everything that is sent until this turn of the event loop is over. */
  #flushSoon(): void {
    if (this.#reading || this.#flushDue) return;
    this.#flushDue = true;
    queueMicrotask(this.#flushDueNow);
  }

  readonly #flushDueNow = (): void => {
    this.#flushDue = false;
    this.#flush();
  };

  #flush(): void {
    if (this.state === 'ended' || !this.#channel.open) return;
    while (this.#session.pending) {
      const bytes = this.#session.takeOutbox();
      if (bytes === '') return;
      this.#channel.write(bytes);
    }
  }
}

function noHttp2(): NodeJS.ErrnoException {
  return Object.assign(new Error('the server did not choose HTTP/2 (ALPN)'), { code: 'ERR_NO_HTTP2' });
}
