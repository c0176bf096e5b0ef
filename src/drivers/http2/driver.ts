import {
  type Driver,
  type DriverCounters,
  type DriverEvents,
  type DriverOptions,
  nowNs,
  type Operation,
  OutcomeKind,
  type Values,
} from '../../core/index.js';
import { ResponseHeads } from '../../wire/http2/index.js';
import { createDialer } from '../dial.js';
import { Opening } from '../opening.js';
import { Rests } from '../rests.js';
import { SlotRing } from '../slots.js';
import { unreachable } from '../unreachable.js';
import { Waiting } from '../waiting.js';
import { Link, type LinkEvents, type LinkParts } from './link.js';
import { PreparedRequest } from './prepare.js';

/** Large enough for the answers of many streams in one read. */
const READ_BUFFER_BYTES = 256 * 1024;
const MAX_HEADER_BYTES = 64 * 1024;
const MAX_BODY_BYTES = 256 * 1024 * 1024;
const FRAME_HEADER_BYTES = 9;
const MAX_FRAME_BYTES = 16_384;

/** A connection of the plan: the link that takes its requests now, if any. */
interface Lane {
  link: Link | null;
  failures: number;
  everOpen: boolean;
}

/** HTTP/2 on plain sockets, as frames: with prior knowledge without TLS, by ALPN with it. */
export class Http2Driver implements Driver, LinkEvents {
  readonly slots: number;
  readonly counters: DriverCounters = { connects: 0, reconnects: 0, connectFailures: 0 };
  readonly #options: DriverOptions;
  readonly #events: DriverEvents;
  readonly #parts: LinkParts;
  readonly #streams: number;
  readonly #lanes: readonly Lane[];
  /** Links that live, also those that only finish what they have. */
  readonly #links = new Set<Link>();
  readonly #free: SlotRing;
  readonly #waiting = new Waiting();
  readonly #rests: Rests;
  #opening: Opening<number> | null = null;
  #sweeper: NodeJS.Timeout | undefined;
  #inFlight = 0;
  #channels = 0;
  #closing = false;

  constructor(options: DriverOptions, events: DriverEvents) {
    this.#options = options;
    this.#events = events;
    this.#streams = options.keepAlive ? options.streams : 1;
    this.#parts = {
      dialer: createDialer(options, ['h2']),
      buffer: Buffer.allocUnsafeSlow(READ_BUFFER_BYTES),
      heads: new ResponseHeads({ capture: false, maxListSize: options.maxHeaderBytes ?? MAX_HEADER_BYTES }),
      events: this,
    };
    this.slots = options.connections * this.#streams;
    this.#lanes = Array.from({ length: options.connections }, () => ({
      link: null,
      failures: 0,
      everOpen: false,
    }));
    this.#free = new SlotRing(this.slots);
    for (let stream = 0; stream < this.#streams; stream++) {
      for (let lane = 0; lane < options.connections; lane++) this.#free.push(lane);
    }
    this.#rests = new Rests((lane) => {
      this.#free.push(lane);
      if (!this.#closing) this.#events.slotFree();
    });
  }

  get free(): number {
    return this.#free.length;
  }

  async open(): Promise<void> {
    const { timeoutMs, connectTimeoutMs, keepAlive, target } = this.#options;
    // A tenth of the time-out is how late one may be noticed.
    const sweepMs = Math.min(100, Math.max(5, Math.min(timeoutMs, connectTimeoutMs) / 10));
    this.#sweeper = setInterval(() => this.#sweep(nowNs()), sweepMs);
    const wanted = [...this.#lanes.keys()].slice(0, keepAlive ? this.#lanes.length : 1);
    const error = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
      this.#opening = new Opening(wanted, (lane) => this.#dial(lane), resolve);
    });
    this.#opening = null;
    if (error === null) return;
    await this.close(0);
    throw unreachable(target.url, error);
  }

  prepare(operation: Operation): PreparedRequest {
    return new PreparedRequest(operation, this.#options.target);
  }

  send(request: PreparedRequest, values: Values, ticket: number, now: number): number {
    const lane = this.#free.shift();
    const current = (this.#lanes[lane] as Lane).link;
    const link = current?.accepting ? current : this.#dial(lane);
    const block = request.block(values);
    const body = request.hasBody ? request.body(values) : null;
    this.#inFlight++;
    link.send(ticket, now, block, body, request.isHead);
    if (!this.#options.keepAlive) link.retire();
    return FRAME_HEADER_BYTES + block.length + framedLength(body);
  }

  linkReady(link: Link): void {
    const lane = this.#lanes[link.lane] as Lane;
    lane.failures = 0;
    this.counters.connects++;
    if (lane.everOpen && this.#options.keepAlive) this.counters.reconnects++;
    lane.everOpen = true;
    this.#opening?.settled(null);
  }

  linkOutcome(link: Link, ticket: number, kind: OutcomeKind, status: number, bytesIn: number): void {
    this.#inFlight--;
    // After a failed connect the slot rests first, so that a dead target is not hammered.
    if (kind === OutcomeKind.connect)
      this.#rests.rest(link.lane, 1, (this.#lanes[link.lane] as Lane).failures);
    else this.#free.push(link.lane);
    this.#events.outcome(ticket, kind, status, bytesIn, link.eventNs);
    this.#waiting.changed();
  }

  linkLeaving(link: Link): void {
    const lane = this.#lanes[link.lane] as Lane;
    if (lane.link === link) lane.link = null;
  }

  linkFailing(link: Link): void {
    (this.#lanes[link.lane] as Lane).failures++;
    this.counters.connectFailures++;
  }

  linkEnded(link: Link, error: NodeJS.ErrnoException | null): void {
    this.#links.delete(link);
    this.linkLeaving(link);
    if (error !== null) this.#opening?.settled(error);
  }

  channelClosed(): void {
    this.#channels--;
    this.#waiting.changed();
  }

  async close(graceMs: number): Promise<void> {
    await this.#waiting.until(() => this.#inFlight === 0, graceMs);
    this.#closing = true;
    clearInterval(this.#sweeper);
    for (const link of [...this.#links]) link.end(OutcomeKind.timeout);
    this.#rests.endAll();
    await this.#waiting.until(() => this.#channels === 0, Number.POSITIVE_INFINITY);
  }

  #dial(lane: number): Link {
    this.#channels++;
    const { target, maxBodyBytes } = this.#options;
    const link = new Link(
      {
        lane,
        streams: this.#streams,
        maxBodyBytes: maxBodyBytes ?? MAX_BODY_BYTES,
        secure: target.tls !== null,
      },
      this.#parts,
      nowNs(),
    );
    this.#links.add(link);
    (this.#lanes[lane] as Lane).link = link;
    return link;
  }

  #sweep(now: number): void {
    const { timeoutMs, connectTimeoutMs } = this.#options;
    for (const link of this.#links) {
      if (link.state === 'connecting' && now - link.dialledNs > connectTimeoutMs * 1e6) {
        const error: NodeJS.ErrnoException = new Error('connecting took too long');
        error.code = 'ETIMEDOUT';
        link.end(OutcomeKind.connect, error);
      } else if (link.inFlight > 0) {
        link.expire(now - timeoutMs * 1e6, now);
      }
    }
  }
}

/** Bytes of a content with its frames' headers. */
function framedLength(body: string | null): number {
  if (body === null) return 0;
  return body.length + Math.ceil(body.length / MAX_FRAME_BYTES) * FRAME_HEADER_BYTES;
}
