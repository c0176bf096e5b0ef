import { nowNs, OutcomeKind } from '../../core/index.js';
import {
  ErrorCode,
  type Excess,
  errorName,
  Http2Session,
  ResetBy,
  type ResponseHead,
  type ResponseHeads,
  type SessionHandler,
} from '../../wire/http2/index.js';
import { Channel, type ChannelEvents } from '../channel.js';
import type { Dialer } from '../dial.js';
import type { Faults } from '../faults.js';
import { brokenHttp2, http1Server, isHttp1Response, noHttp2ByAlpn, noSettings } from './not-http2.js';
import { SessionWriter } from './session-writer.js';
import type { SharedFields } from './shared-fields.js';

/** What a link tells its pool. */
export interface LinkEvents {
  /** The server's SETTINGS came: it speaks HTTP/2, and requests go out. */
  linkReady(link: Link): void;
  /** A request is over and its stream free; not yet counted as free by the pool. */
  linkOutcome(link: Link, ticket: number, kind: OutcomeKind, status: number, bytesIn: number): void;
  /**
   * Whether requests that the server's good-bye left unseen may go out again.
   * @param answered whether the link ever had a response
   */
  linkRefused(link: Link, answered: boolean): boolean;
  /** The link that takes requests in the place of one that said good-bye. */
  linkInPlaceOf(link: Link): Link;
  /** The server said good-bye. @param why its code by name, and what it said about it, as it came */
  linkDismissed(link: Link, why: string): void;
  /** It takes no new requests; those in flight go on. */
  linkLeaving(link: Link): void;
  /** It never became ready. Comes before the outcomes of what waited for it. */
  linkFailing(link: Link): void;
  /** It was ready, and is over. Comes before the outcomes of what was in flight. */
  linkEnding(link: Link): void;
  /** It is over; every request in flight had its outcome. @param error why it never became ready, or null */
  linkEnded(link: Link, error: NodeJS.ErrnoException | null): void;
  channelClosed(): void;
}

export interface LinkPlace {
  /** Which of the pool's connections this is one of, in the course of time. */
  readonly lane: number;
  /** Requests in flight at most. */
  readonly slots: number;
  readonly dialledNs: number;
  /** See `Dialer.dial`. */
  readonly address: string | null;
}

/** What all links of a worker share. */
export interface LinkParts {
  readonly dialer: Dialer;
  readonly secure: boolean;
  readonly buffer: Buffer;
  readonly heads: ResponseHeads;
  readonly faults: Faults;
  readonly events: LinkEvents;
  readonly shared: SharedFields;
  readonly excess: Excess;
}

/**
 * So many requests go out together while a read is still being taken in. The answers to a hundred streams may come
 * in one read: if the next hundred requests went out at its end only, client and server would wait for each other
 * in turns. One connection of 100 streams does 1.6 times as many with it; smaller writes cost more than they gain.
 */
const REQUESTS_A_WRITE = 32;

const PING = 'zipfire?';

type LinkState = 'connecting' | 'open' | 'leaving' | 'ended';

/**
 * Whether a stream was reset because the server broke the protocol, on the stream or on its connection. A session
 * has no other reason for the latter here: what happens to the channel comes by `lost`.
 */
export function isBreach(by: ResetBy): boolean {
  return by === ResetBy.session || by === ResetBy.connection;
}

/**
 * One HTTP/2 connection: a channel, a session on it, and the requests in flight. Each has a slot of the session,
 * which is a stream at a time; they end in the order the server chooses. What a request is, and what its response
 * means, is for those who extend it.
 */
export abstract class Link implements ChannelEvents, SessionHandler {
  readonly lane: number;
  readonly dialledNs: number;
  readonly address: string | null;
  state: LinkState = 'connecting';
  /** When what is being told happened, ns: one reading of the clock for all that one read brought. */
  eventNs = 0;
  protected readonly session: Http2Session;
  /** Whether the server's SETTINGS ever came. */
  protected wasReady = false;
  protected readonly faults: Faults;
  readonly #channel: Channel;
  readonly #writer: SessionWriter;
  readonly #secure: boolean;
  readonly #events: LinkEvents;
  readonly #free: number[];
  readonly #tickets: Int32Array;
  /** When a slot's request was sent, ns; infinity on a free slot, so that a sweep passes it by. */
  readonly #sentNs: Float64Array;
  #reading = false;
  /** A flush is under way at the end of this turn. */
  #flushDue = false;
  /** Whether a request of this connection was ever answered. */
  answered = false;
  /** Requests taken since the last write. */
  #unwritten = 0;

  constructor({ lane, slots, dialledNs, address }: LinkPlace, parts: LinkParts) {
    this.lane = lane;
    this.dialledNs = dialledNs;
    this.address = address;
    this.#secure = parts.secure;
    this.#events = parts.events;
    this.faults = parts.faults;
    this.#free = Array.from({ length: slots }, (_, i) => slots - 1 - i);
    this.#tickets = new Int32Array(slots);
    this.#sentNs = new Float64Array(slots).fill(Number.POSITIVE_INFINITY);
    const { heads, shared, excess } = parts;
    this.session = new Http2Session(this, heads, { slots, fields: shared.table, excess });
    this.#channel = new Channel(parts.dialer, parts.buffer, this, address);
    this.#writer = new SessionWriter(this.session, this.#channel, this.#resume);
  }

  get inFlight(): number {
    return this.#tickets.length - this.#free.length;
  }

  /** Whether the server's SETTINGS are still to come, also when nothing more is to be sent after what waits. */
  get connecting(): boolean {
    return !this.wasReady && this.state !== 'ended';
  }

  /** Whether it is over, or about to be: what was in flight may have its outcomes before the end. */
  get over(): boolean {
    return this.state === 'ended' || this.session.closed;
  }

  /** Whether the server accepted the connection, and the handshake of TLS is done. */
  get accepted(): boolean {
    return this.#channel.open;
  }

  /** Bytes read so far. */
  get bytesIn(): number {
    return this.#channel.bytesIn;
  }

  /** Asks the server for a sign of life. */
  ping(): void {
    this.session.ping(PING);
    this.flush();
  }

  /** The server gave no sign of life: ends it, and what is in flight. */
  giveUp(): void {
    this.faults.add('connection ended: no answer to a PING');
    this.end(OutcomeKind.read);
  }

  /** Whether it takes one more request. */
  get accepting(): boolean {
    return (this.state === 'open' || this.state === 'connecting') && this.session.accepting;
  }

  /** Takes no new requests from here on. */
  retire(): void {
    if (this.state !== 'open' && this.state !== 'connecting') return;
    this.state = 'leaving';
    this.#events.linkLeaving(this);
  }

  /** Ends the requests sent before `deadlineNs`. */
  expire(deadlineNs: number, atNs: number): void {
    this.eventNs = atNs;
    let some = false;
    // Those that wait for a stream first: they would get those of the others, and be cancelled with them.
    for (const waiting of [true, false]) {
      for (let slot = 0; slot < this.#sentNs.length; slot++) {
        if ((this.#sentNs[slot] as number) >= deadlineNs || this.session.waits(slot) !== waiting) continue;
        some = true;
        this.session.cancel(slot, ErrorCode.cancel);
        this.timedOut(slot);
      }
    }
    if (some) this.flushCancelled();
  }

  /** Ends it, and every request in flight as `kind`. */
  end(kind: OutcomeKind, error: NodeJS.ErrnoException | null = null): void {
    if (this.state === 'ended') return;
    const wasConnecting = this.connecting;
    this.state = 'ended';
    this.eventNs = nowNs();
    this.#writer.stop();
    this.#channel.drop();
    if (wasConnecting) this.#events.linkFailing(this);
    else this.#events.linkEnding(this);
    for (let slot = 0; slot < this.#sentNs.length; slot++) {
      if (this.#sentNs[slot] !== Number.POSITIVE_INFINITY) this.lost(slot, kind);
    }
    this.#events.linkEnded(this, wasConnecting ? (error ?? noSettings()) : null);
  }

  // For those who extend it

  /** A slot for a request. Only while `accepting`; `requested` follows. */
  protected take(ticket: number, sentNs: number): number {
    const slot = this.#free.pop() as number;
    this.#tickets[slot] = ticket;
    this.#sentNs[slot] = sentNs;
    return slot;
  }

  /** The session took a request. */
  protected requested(): void {
    if (!this.session.accepting) this.retire();
    if (!this.#reading) this.flushSoon();
    else if (++this.#unwritten >= REQUESTS_A_WRITE) this.flush();
  }

  protected ticketOf(slot: number): number {
    return this.#tickets[slot] as number;
  }

  protected sentNsOf(slot: number): number {
    return this.#sentNs[slot] as number;
  }

  /** A request has its outcome; its slot may be taken again from within. */
  protected settle(slot: number, kind: OutcomeKind, status: number): void {
    this.#sentNs[slot] = Number.POSITIVE_INFINITY;
    this.#free.push(slot);
    this.answered ||= kind <= OutcomeKind.status;
    this.#events.linkOutcome(this, this.#tickets[slot] as number, kind, status, this.session.bytesIn(slot));
  }

  /**
   * Has a request sent again that the server never looked at (RFC 9113 §6.8: it is safe to). It is in flight still,
   * and has no outcome yet.
   * @param resend sends it on a link of the same pool
   * @returns false when it is to be settled in place
   */
  protected again(
    slot: number,
    by: ResetBy,
    resend: (on: Link, ticket: number, sentNs: number) => void,
  ): boolean {
    if (by !== ResetBy.goaway || !this.wasReady) return false;
    if (!this.#events.linkRefused(this, this.answered)) return false;
    const ticket = this.ticketOf(slot);
    const sentNs = this.sentNsOf(slot);
    this.#sentNs[slot] = Number.POSITIVE_INFINITY;
    this.#free.push(slot);
    resend(this.#events.linkInPlaceOf(this), ticket, sentNs);
    return true;
  }

  /** Why a stream ended early, for those who want to know; of a broken connection that is said once. */
  protected noteReset(code: number, by: ResetBy, reason: string): void {
    if (by === ResetBy.peer) this.faults.add(`RST_STREAM ${errorName(code)}`);
    else if (by === ResetBy.session) this.faults.add(`stream ended: ${reason}`);
  }

  /** One write for everything that is sent until this turn of the event loop is over. */
  protected flushSoon(): void {
    if (this.#reading || this.#flushDue) return;
    this.#flushDue = true;
    queueMicrotask(this.#flushDueNow);
  }

  protected flush(): void {
    if (!this.#channel.open) return;
    this.#unwritten = 0;
    this.#writer.write();
  }

  /** Whether too many bytes wait for the kernel. */
  protected get clogged(): boolean {
    return this.#writer.clogged;
  }

  /** Not at once, so that what comes in is read in between; and not before the kernel took some of it. */
  protected flushLater(): void {
    this.#writer.later();
  }

  /** After streams were cancelled: the server is told, and a link without any is over. */
  protected flushCancelled(): void {
    if (this.state === 'leaving') {
      this.flush();
      this.endWhenDone();
    } else this.flushSoon();
  }

  /** After what may have been the last outcome of a link that takes no new requests, and a flush. */
  protected endWhenDone(): void {
    if (this.state === 'leaving' && this.inFlight === 0) this.end(OutcomeKind.read);
  }

  /** The time of a request is over, and its stream cancelled: to be settled. */
  protected abstract timedOut(slot: number): void;
  /** The connection ended with a request in flight: to be settled. */
  protected abstract lost(slot: number, kind: OutcomeKind): void;

  readonly #resume = (): void => {
    this.flush();
    this.endWhenDone();
  };

  readonly #flushDueNow = (): void => {
    this.#flushDue = false;
    this.flush();
  };

  // The channel

  ready(): void {
    if (this.#secure && this.#channel.protocol !== 'h2') this.end(OutcomeKind.connect, noHttp2ByAlpn());
    else this.flush();
  }

  data(buffer: Buffer, length: number): void {
    if (!this.wasReady && isHttp1Response(buffer, length)) {
      this.end(OutcomeKind.connect, http1Server());
      return;
    }
    this.eventNs = nowNs();
    this.#reading = true;
    this.session.feed(buffer, 0, length);
    this.#reading = false;
    this.flush();
    this.endWhenDone();
  }

  ended(): void {
    this.end(this.wasReady ? OutcomeKind.read : OutcomeKind.connect, noSettings());
  }

  failed(error: NodeJS.ErrnoException): void {
    const kind = error.syscall === 'write' ? OutcomeKind.write : OutcomeKind.read;
    this.end(this.wasReady ? kind : OutcomeKind.connect, error);
  }

  closed(): void {
    this.#events.channelClosed();
  }

  // The session

  onReady(): void {
    this.wasReady = true;
    if (this.state === 'connecting') this.state = 'open';
    this.#events.linkReady(this);
  }

  onGoaway(_lastStreamId: number, code: number, debug: string): void {
    this.#events.linkDismissed(this, debug === '' ? errorName(code) : `${errorName(code)}: ${debug}`);
    if (code !== ErrorCode.noError) this.faults.add(`GOAWAY ${errorName(code)}`, () => debug);
    this.retire();
  }

  onError(_code: number, reason: string): void {
    this.faults.add(`connection ended: ${reason}`);
    this.flush();
    this.end(this.wasReady ? OutcomeKind.protocol : OutcomeKind.connect, brokenHttp2(reason));
  }

  abstract onHeaders(slot: number, head: ResponseHead, endStream: boolean): void;
  abstract onData(slot: number, bytes: Buffer, from: number, to: number): void;
  abstract onTrailers(slot: number, head: ResponseHead): void;
  abstract onEnd(slot: number): void;
  abstract onReset(slot: number, code: number, by: ResetBy, reason: string): void;
  abstract onDrain(slot: number): void;

  onEarlyEnd(slot: number): void {
    // The response is whole; the rest of the request is of no use to anyone (RFC 9113 §8.1).
    this.session.cancel(slot, ErrorCode.noError);
    this.onEnd(slot);
  }

  onPong(): void {}
}
