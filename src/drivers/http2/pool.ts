import {
  type DriverCounters,
  type DriverEvents,
  type DriverOptions,
  type Fault,
  nowNs,
  OutcomeKind,
} from '../../core/index.js';
import { ResponseHeads } from '../../wire/http2/index.js';
import { Addresses } from '../addresses.js';
import { createDialer } from '../dial.js';
import { addOwnLimit, Faults } from '../faults.js';
import { LimitedSlots } from '../limited-slots.js';
import { Opening } from '../opening.js';
import { PinnedSlots } from '../pinned-slots.js';
import { Rests } from '../rests.js';
import { SlotRing } from '../slots.js';
import { unreachable } from '../unreachable.js';
import { Waiting } from '../waiting.js';
import { Keepalive } from './keepalive.js';
import type { Link, LinkEvents, LinkParts, LinkPlace } from './link.js';
import { connectTimeout, silentServer } from './not-http2.js';
import { SharedFields } from './shared-fields.js';

/** Large enough for the answers of many streams in one read. */
const READ_BUFFER_BYTES = 256 * 1024;
const MAX_HEADER_BYTES = 64 * 1024;
/** A server that turns every connection away would be asked for ever. */
const MAX_REFUSALS = 3;

/** A connection of the plan: the link that takes its requests now, if any. */
interface Lane<L extends Link> {
  link: L | null;
  /** Connections in a row that were not made, or ended before they had answered anything. */
  failures: number;
  everOpen: boolean;
  /** Connections in a row that said good-bye before they had answered anything, and the last of them. */
  refusals: number;
  refusedBy: Link | null;
}

/**
 * The HTTP/2 connections of a worker, and which of their slots are free: everything of a driver but what its
 * requests are.
 */
export class LinkPool<L extends Link> implements LinkEvents {
  readonly slots: number;
  readonly counters: DriverCounters = { connects: 0, reconnects: 0, connectFailures: 0 };
  /** What the requests have in common; every operation is added to it. */
  readonly fields = new SharedFields();
  readonly #excess = { bytes: 0 };
  readonly #options: DriverOptions;
  readonly #events: DriverEvents;
  readonly #create: (place: LinkPlace, parts: LinkParts) => L;
  readonly #parts: LinkParts;
  readonly #slotsOfLink: number;
  readonly #lanes: readonly Lane<L>[];
  /** Links that live, also those that only finish what they have. */
  readonly #links = new Set<Link>();
  readonly #free: SlotRing;
  /** The same, where the number of connections changes. */
  readonly #limited: LimitedSlots | null;
  /** The same, where each request is for one connection. */
  readonly #pinned: PinnedSlots | null;
  readonly #waiting = new Waiting();
  readonly #rests: Rests;
  readonly #addresses: Addresses;
  readonly #keepalive: Keepalive | null;
  #opening: Opening<number> | null = null;
  #sweeper: NodeJS.Timeout | undefined;
  #inFlight = 0;
  #channels = 0;
  #closing = false;

  constructor(
    options: DriverOptions,
    events: DriverEvents,
    create: (place: LinkPlace, parts: LinkParts) => L,
  ) {
    const { connections, concurrency, keepAlive, streams, target, pingAfterMs, log } = options;
    this.#options = options;
    this.#addresses = new Addresses(options);
    this.#keepalive = pingAfterMs === undefined ? null : new Keepalive(pingAfterMs);
    this.#events = events;
    this.#create = create;
    this.#parts = {
      dialer: createDialer(options, ['h2']),
      secure: target.tls !== null,
      buffer: Buffer.allocUnsafeSlow(READ_BUFFER_BYTES),
      faults: new Faults(log && ((why) => log({ event: 'fault', why }))),
      heads: new ResponseHeads({
        capture: options.reader !== undefined,
        maxListSize: options.maxHeaderBytes ?? MAX_HEADER_BYTES,
      }),
      events: this,
      shared: this.fields,
      excess: this.#excess,
    };
    this.slots = Math.min(connections * (keepAlive ? streams : 1), concurrency ?? Number.POSITIVE_INFINITY);
    this.#lanes = Array.from({ length: Math.min(connections, this.slots) }, () => ({
      link: null,
      failures: 0,
      everOpen: false,
      refusals: 0,
      refusedBy: null,
    }));
    this.#slotsOfLink = Math.ceil(this.slots / this.#lanes.length);
    const { activeConnections } = options;
    this.#limited =
      activeConnections === undefined
        ? null
        : new LimitedSlots(this.#slotsByLane(), activeConnections, (lane) => this.#leave(lane));
    this.#pinned = options.pinned === true ? new PinnedSlots(this.slots, this.#lanes.length) : null;
    this.#free = this.#pinned ?? this.#limited ?? new SlotRing(this.slots);
    for (let slot = 0; slot < this.slots; slot++) this.#free.push(slot % this.#lanes.length);
    this.#rests = new Rests((lane) => {
      this.#free.push(lane);
      if (!this.#closing) this.#events.slotFree();
    });
  }

  get free(): number {
    return this.#free.length;
  }

  get faults(): readonly Fault[] {
    return this.#parts.faults.list;
  }

  async open(): Promise<void> {
    const { timeoutMs, connectTimeoutMs, pingAfterMs = timeoutMs } = this.#options;
    const { keepAlive, target, activeConnections } = this.#options;
    // A tenth of the time-out is how late one may be noticed.
    const sweepMs = Math.min(100, Math.max(5, Math.min(timeoutMs, connectTimeoutMs, pingAfterMs) / 10));
    this.#sweeper = setInterval(() => this.#sweep(nowNs()), sweepMs);
    const wanted = [...this.#lanes.keys()].slice(0, keepAlive ? activeConnections : 1);
    const error = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
      this.#opening = new Opening(wanted, (lane) => this.#dial(lane), resolve);
    });
    this.#opening = null;
    if (error === null) return;
    await this.close(0);
    throw unreachable(target.url, error);
  }

  /** See `Driver.limit`. */
  limit(connections: number): void {
    this.#limited?.limit(connections);
  }

  /** See `Driver.pin`. */
  pin(connection: number): boolean {
    return this.#pinned?.pin(connection) === true;
  }

  /** Takes the slot that has been free the longest. Only when `free` > 0. @returns the link to send on */
  take(): L {
    const lane = this.#free.shift();
    const current = (this.#lanes[lane] as Lane<L>).link;
    this.#inFlight++;
    return current?.accepting ? current : this.#dial(lane);
  }

  /**
   * A request went out on the link that was taken for it.
   * @returns bytes that requests took, since the last one, beyond those they were compiled to
   */
  sent(link: L): number {
    if (!this.#options.keepAlive) link.retire();
    const { bytes } = this.#excess;
    if (bytes > 0) this.#excess.bytes = 0;
    return bytes;
  }

  linkReady(link: Link): void {
    const lane = this.#lanes[link.lane] as Lane<L>;
    this.counters.connects++;
    if (lane.everOpen && this.#options.keepAlive) this.counters.reconnects++;
    lane.everOpen = true;
    this.#log('connected', link);
    this.#opening?.settled(null);
  }

  linkOutcome(link: Link, ticket: number, kind: OutcomeKind, status: number, bytesIn: number): void {
    this.#inFlight--;
    if (kind > OutcomeKind.status && this.#needsRest(link, kind))
      this.#rests.rest(link.lane, 1, (this.#lanes[link.lane] as Lane<L>).failures);
    else this.#free.push(link.lane);
    this.#events.outcome(ticket, kind, status, bytesIn, link.eventNs);
    this.#waiting.changed();
  }

  /** Whether a slot rests first, so that a target that is dead, or as good as that, is not hammered. */
  #needsRest(link: Link, kind: OutcomeKind): boolean {
    if (kind === OutcomeKind.connect) return true;
    if (kind === OutcomeKind.timeout || link.answered) return false;
    return link.over || (this.#lanes[link.lane] as Lane<L>).refusedBy === link;
  }

  linkRefused(link: Link, answered: boolean): boolean {
    const lane = this.#lanes[link.lane] as Lane<L>;
    if (answered) lane.refusals = 0;
    else if (lane.refusedBy !== link) lane.refusals++;
    lane.refusedBy = link;
    return lane.refusals <= MAX_REFUSALS;
  }

  linkInPlaceOf(link: Link): L {
    const current = (this.#lanes[link.lane] as Lane<L>).link;
    return current?.accepting ? current : this.#dial(link.lane);
  }

  linkLeaving(link: Link): void {
    const lane = this.#lanes[link.lane] as Lane<L>;
    if (lane.link === link) lane.link = null;
  }

  linkDismissed(link: Link, why: string): void {
    this.#log('goaway', link, why);
  }

  linkFailing(link: Link): void {
    this.#addresses.failed(link.lane);
    (this.#lanes[link.lane] as Lane<L>).failures++;
    this.counters.connectFailures++;
  }

  linkEnding(link: Link): void {
    const lane = this.#lanes[link.lane] as Lane<L>;
    lane.failures = link.answered ? 0 : lane.failures + 1;
  }

  linkEnded(link: Link, error: NodeJS.ErrnoException | null): void {
    this.#links.delete(link);
    this.linkLeaving(link);
    if (error === null) this.#log('closed', link);
    else {
      this.#log('connect-failed', link, error.message);
      addOwnLimit(this.#parts.faults, error);
      if (this.#opening === null) return;
      const { failures } = this.#lanes[link.lane] as Lane<L>;
      if (failures < this.#addresses.count) this.#dial(link.lane);
      else this.#opening.settled(error);
    }
  }

  #log(event: 'connected' | 'connect-failed' | 'goaway' | 'closed', link: Link, why?: string): void {
    const { lane: connection, address } = link;
    this.#options.log?.({ event, connection, address, ...(why === undefined ? {} : { why }) });
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

  #slotsByLane(): number[] {
    const lanes = this.#lanes.length;
    return this.#lanes.map((_, lane) => Math.ceil((this.slots - lane) / lanes));
  }

  /** A lane is not to be used for the time being, and has nothing in flight. */
  #leave(index: number): void {
    const lane = this.#lanes[index] as Lane<L>;
    lane.everOpen = false;
    lane.link?.retire();
  }

  #dial(lane: number): L {
    this.#channels++;
    const address = this.#addresses.of(lane);
    const link = this.#create({ lane, slots: this.#slotsOfLink, dialledNs: nowNs(), address }, this.#parts);
    this.#links.add(link);
    (this.#lanes[lane] as Lane<L>).link = link;
    return link;
  }

  #sweep(now: number): void {
    const { timeoutMs, connectTimeoutMs } = this.#options;
    for (const link of this.#links) {
      if (link.connecting && now - link.dialledNs > connectTimeoutMs * 1e6)
        link.end(OutcomeKind.connect, lateError(link, connectTimeoutMs));
      else if (link.inFlight > 0) {
        link.expire(now - timeoutMs * 1e6, now);
        // Nobody waits for this connection any more; the next request makes another attempt.
        if (link.connecting && link.inFlight === 0) link.end(OutcomeKind.connect, lateError(link, timeoutMs));
      } else if (link.state === 'leaving') link.end(OutcomeKind.read);
      if (this.#keepalive !== null && link.state !== 'ended' && !link.connecting) {
        if (this.#keepalive.isDead(link, now)) link.giveUp();
      }
    }
  }
}

/** Why a link is not ready after so long. */
function lateError(link: Link, waitedMs: number): NodeJS.ErrnoException {
  return link.accepted ? silentServer(waitedMs) : connectTimeout();
}
