import type { Agent, Client } from 'undici';
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
import { PinnedSlots } from '../pinned-slots.js';
import { SlotRing } from '../slots.js';
import { unreachable } from '../unreachable.js';
import { type Dial, Dialer, type DialResult } from './dial.js';
import { Exchange, type ExchangeEvents, type ExchangeRules } from './exchange.js';
import { InFlight } from './in-flight.js';
import { Lane, type LaneContext } from './lane.js';
import { UndiciRequest } from './prepare.js';
import type { Hop } from './redirect.js';
import { type Route, routeTo } from './route.js';

const MIB = 2 ** 20;
const DEFAULT_MAX_HEADER_BYTES = 64 * 1024;
const DEFAULT_MAX_BODY_BYTES = 256 * MIB;
const DEFAULT_MAX_DECODED_BYTES = 64 * MIB;
/** Connection attempts at once in `open`: more would overrun a usual listen backlog. */
const OPENING_AT_ONCE = 256;
/** Origins that redirects may lead to at a time. */
const MAX_OTHER_ORIGINS = 16;
/** The longest time a timer takes: idle connections are the server's to close. */
const NEVER_MS = 2 ** 31 - 1;

/** Requests through undici, one Client for each connection. */
export class UndiciDriver implements Driver, ExchangeEvents, LaneContext {
  readonly counters: DriverCounters = { connects: 0, reconnects: 0, connectFailures: 0 };
  readonly #options: DriverOptions;
  readonly #events: DriverEvents;
  readonly #route: Route;
  readonly #rules: ExchangeRules;
  readonly #dialer: Dialer;
  readonly #inFlight: InFlight;
  #lanes: readonly Lane[] = [];
  /** Follows redirects to other origins; null until `open`. */
  #agent: Agent | null = null;
  #slots: number;
  #free: SlotRing;
  #isSending = false;

  constructor(options: DriverOptions, events: DriverEvents) {
    this.#options = options;
    this.#events = events;
    this.#route = routeTo(options);
    this.#rules = {
      maxHeaderBytes: options.maxHeaderBytes ?? DEFAULT_MAX_HEADER_BYTES,
      maxBodyBytes: options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
      maxDecodedBytes: options.maxBodyBytes ?? DEFAULT_MAX_DECODED_BYTES,
      maxRedirects: options.client.maxRedirects,
      decompress: options.client.decompress,
      reader: options.reader ?? null,
    };
    this.#dialer = new Dialer(options.connectTimeoutMs);
    this.#inFlight = new InFlight(options.timeoutMs, (exchange) => {
      exchange.giveUp(OutcomeKind.timeout, 'it took too long');
    });
    this.#slots = options.connections * this.#depth(options.http === '2');
    this.#free = this.#newSlots();
  }

  /** Final when `open` has resolved: it depends on the protocol that the server picks. */
  get slots(): number {
    return this.#slots;
  }

  get free(): number {
    return this.#free.length;
  }

  async open(): Promise<void> {
    const { Agent, Client } = await import('undici');
    const { connections, keepAlive, target } = this.#options;
    this.#lanes = Array.from({ length: connections }, (_, index) => this.#createLane(index, Client));
    this.#agent = this.#createAgent(Agent);
    // Without keep-alive each request brings its own connection: one shows that the target is there.
    const error = await warmUp(keepAlive ? this.#lanes : this.#lanes.slice(0, 1));
    if (error !== null) {
      await this.close(0);
      throw unreachable(target.url, error);
    }
    const depth = this.#depth(this.#lanes.some((lane) => lane.isHttp2));
    this.#slots = connections * depth;
    this.#free = this.#newSlots();
    for (let round = 0; round < depth; round++) {
      for (const { index } of this.#lanes) this.#free.push(index);
    }
  }

  pin(connection: number): boolean {
    return this.#free instanceof PinnedSlots && this.#free.pin(connection);
  }

  prepare(operation: Operation): UndiciRequest {
    const { target, keepAlive, client } = this.#options;
    const { origin, forwarded, proxyAuthorization } = this.#route;
    return new UndiciRequest(operation, {
      origin,
      authority: target.authority,
      keepAlive,
      decompress: client.decompress,
      forwarded,
      proxyAuthorization,
    });
  }

  send(request: UndiciRequest, values: Values, ticket: number, now: number): number {
    const { hop, bytesOut } = request.render(values);
    const lane = this.#lanes[this.#free.shift()] as Lane;
    const deadlineNs = now + this.#options.timeoutMs * 1e6;
    const exchange = new Exchange(ticket, lane, hop, deadlineNs, this.#rules, this);
    this.#inFlight.add(exchange);
    this.#isSending = true;
    lane.dispatch(hop, exchange);
    this.#isSending = false;
    return bytesOut;
  }

  redirected(exchange: Exchange, hop: Hop): void {
    if (hop.away) this.#agent?.dispatch(hop, exchange);
    else exchange.lane.dispatch(hop, exchange);
  }

  ended(exchange: Exchange, kind: OutcomeKind, status: number, bytesIn: number): void {
    const endNs = nowNs();
    // undici refuses some requests on the spot, but an outcome never comes from inside `send`.
    if (this.#isSending) setImmediate(() => this.#settle(exchange, kind, status, bytesIn, endNs));
    else this.#settle(exchange, kind, status, bytesIn, endNs);
  }

  dial(done: (result: DialResult) => void): Dial {
    return this.#dialer.dial(this.#route.destination, done);
  }

  connected(lane: Lane, isAgain: boolean): void {
    this.counters.connects++;
    if (isAgain && this.#options.keepAlive) this.counters.reconnects++;
    // A server may pick another protocol this time: HTTP/1.1 must not get as many requests as there were streams.
    lane.depth = this.#depth(lane.isHttp2);
  }

  connectFailed(): void {
    this.counters.connectFailures++;
  }

  rested(lane: Lane, slots: number): void {
    for (let i = 0; i < slots; i++) {
      this.#free.push(lane.index);
      this.#events.slotFree();
    }
  }

  async close(graceMs: number): Promise<void> {
    await this.#inFlight.drained(graceMs);
    this.#inFlight.end();
    for (const lane of this.#lanes) {
      lane.giveUpDialling();
      for (let slots = lane.wake(); slots > 0; slots--) this.#free.push(lane.index);
    }
    await Promise.all([...this.#lanes.map((lane) => lane.close()), this.#agent?.destroy()]);
    await this.#dialer.closed();
    // Outcomes that were put off come first.
    await new Promise(setImmediate);
  }

  #settle(exchange: Exchange, kind: OutcomeKind, status: number, bytesIn: number, endNs: number): void {
    const { lane } = exchange;
    this.#inFlight.delete(exchange);
    if (kind === OutcomeKind.connect) lane.rest();
    if (lane.resting) lane.keepSlot();
    else this.#free.push(lane.index);
    try {
      this.#events.outcome(exchange.ticket, kind, status, bytesIn, endNs);
    } catch (error) {
      // undici would take it for an error of the request and drop it.
      setImmediate(() => {
        throw error;
      });
    }
  }

  #newSlots(): SlotRing {
    const { pinned, connections } = this.#options;
    return pinned === true ? new PinnedSlots(this.#slots, connections) : new SlotRing(this.#slots);
  }

  /** Requests in flight on one connection. */
  #depth(isHttp2: boolean): number {
    const { keepAlive, pipeline, streams } = this.#options;
    if (isHttp2) return streams;
    return keepAlive ? pipeline : 1;
  }

  #createLane(index: number, client: typeof Client): Lane {
    const create = (connect: NonNullable<Client.Options['connect']>) =>
      new client(this.#route.origin, {
        connect,
        pipelining: 1,
        maxHeaderSize: this.#rules.maxHeaderBytes,
        // The driver's own time-out goes from the send to the last byte.
        headersTimeout: 0,
        bodyTimeout: 0,
        keepAliveTimeout: NEVER_MS,
        keepAliveMaxTimeout: NEVER_MS,
        keepAliveTimeoutThreshold: 500,
        maxConcurrentStreams: this.#options.streams,
      });
    return new Lane(index, create, this);
  }

  #createAgent(agent: typeof Agent): Agent {
    return new agent({
      connections: this.#options.connections,
      maxOrigins: MAX_OTHER_ORIGINS,
      maxHeaderSize: this.#rules.maxHeaderBytes,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: ({ hostname, port, protocol }, callback) => {
        const isSecure = protocol === 'https:';
        const portNumber = Number(port) || (isSecure ? 443 : 80);
        this.#dialer.dial(this.#route.elsewhere(hostname, portNumber, isSecure), ({ error, socket }) => {
          if (error === null) {
            this.counters.connects++;
            callback(null, socket);
          } else {
            this.counters.connectFailures++;
            callback(error, null);
          }
        });
      },
    });
  }
}

/** Connects the lanes, some at a time. Resolves to the last error when none could be connected, else to null. */
async function warmUp(lanes: readonly Lane[]): Promise<NodeJS.ErrnoException | null> {
  const waiting = lanes.toReversed();
  let connected = 0;
  let lastError: NodeJS.ErrnoException | null = null;
  const work = async () => {
    for (let lane = waiting.pop(); lane !== undefined; lane = waiting.pop()) {
      const error = await lane.warmUp();
      if (error === null) {
        connected++;
      } else {
        lastError = error.cause;
        // When all of the first wave fail, so would the rest.
        if (connected === 0) return;
      }
    }
  };
  await Promise.all(Array.from({ length: OPENING_AT_ONCE }, work));
  return connected > 0 ? null : lastError;
}
