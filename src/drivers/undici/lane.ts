import type { Socket } from 'node:net';
import type { Client } from 'undici';
import type { Dial, DialResult } from './dial.js';
import type { Exchange } from './exchange.js';
import type { ConnectError } from './failure.js';
import type { Hop } from './redirect.js';

const FIRST_REST_MS = 10;
const LONGEST_REST_MS = 500;

type ConnectCallback = Parameters<Extract<Client.Options['connect'], (...args: never[]) => void>>[1];

/** What a lane needs of its driver. */
export interface LaneContext {
  dial(done: (result: DialResult) => void): Dial;
  /** A connection was made; `isAgain`: the lane had one before. */
  connected(lane: Lane, isAgain: boolean): void;
  connectFailed(): void;
  /** The rest after a failed attempt is over: these many of its slots are free again. */
  rested(lane: Lane, slots: number): void;
}

/**
 * One connection of the driver: an undici Client, which keeps at most one open, and the attempts to make it.
 */
export class Lane {
  readonly index: number;
  readonly #context: LaneContext;
  readonly #createClient: () => Client;
  #client: Client;
  #dial: Dial | null = null;
  /** Made by `warmUp`, until the first request takes it. */
  #warm: Socket | null = null;
  #everConnected = false;
  #isHttp2 = false;
  /** Failed attempts in a row. */
  #failures = 0;
  #rest: NodeJS.Timeout | null = null;
  #slotsAtRest = 0;

  /** @param createClient makes the client that gets its connections from the function given */
  constructor(
    index: number,
    createClient: (connect: (options: unknown, callback: ConnectCallback) => void) => Client,
    context: LaneContext,
  ) {
    this.index = index;
    this.#context = context;
    this.#createClient = () => createClient((_options, callback) => this.#connect(callback));
    this.#client = this.#createClient();
  }

  /** After a failed attempt a lane rests, so that a dead target is not hammered. */
  get resting(): boolean {
    return this.#rest !== null;
  }

  /** Whether the last connection made speaks HTTP/2. */
  get isHttp2(): boolean {
    return this.#isHttp2;
  }

  dispatch(hop: Hop, exchange: Exchange): void {
    this.#client.dispatch(hop, exchange);
  }

  /** How many requests undici may have in flight on the connection. */
  set depth(requests: number) {
    this.#client.pipelining = requests;
  }

  /** Makes the connection before there is a request for it. Resolves to the error when that fails. */
  warmUp(): Promise<ConnectError | null> {
    return new Promise((resolve) => {
      this.#dialling((result) => {
        this.#warm = result.socket;
        // An HTTP/2 server sends its SETTINGS without being asked.
        if (result.socket !== null && !this.#isHttp2) result.socket.once('readable', destroy);
        resolve(result.error);
      });
    });
  }

  /** Ends the attempt under way, if any; the requests that wait for it fail. */
  giveUpDialling(): void {
    this.#dial?.giveUp('given up: a request took too long');
  }

  /** A request waited in vain to be written. If not for a connection, the client is at fault. */
  unblock(): void {
    if (this.#dial !== null) this.giveUpDialling();
    else this.renew();
  }

  /** Replaces the client, connection and all; requests on it fail. */
  renew(): void {
    const client = this.#client;
    this.#client = this.#createClient();
    void client.destroy();
  }

  /** Rests for 10 ms, twice as long after each failure in a row, 500 ms at most. */
  rest(): void {
    if (this.#rest !== null) return;
    const restMs = Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** Math.min(this.#failures++, 16));
    this.#rest = setTimeout(() => this.#context.rested(this, this.wake()), restMs);
  }

  /** Keeps a slot until the rest is over. */
  keepSlot(): void {
    this.#slotsAtRest++;
  }

  /** Ends the rest. Returns the number of slots it kept. */
  wake(): number {
    if (this.#rest !== null) clearTimeout(this.#rest);
    this.#rest = null;
    const slots = this.#slotsAtRest;
    this.#slotsAtRest = 0;
    return slots;
  }

  async close(): Promise<void> {
    this.#warm?.destroy();
    await this.#client.destroy();
  }

  /** undici's connector. Calls back later, never at once: undici would not go on to the waiting request. */
  #connect(callback: ConnectCallback): void {
    const warm = this.#takeWarm();
    if (warm !== null) {
      queueMicrotask(() => callback(null, warm));
      return;
    }
    this.#dialling(({ error, socket }) => {
      if (error === null) callback(null, socket);
      else callback(error, null);
    });
  }

  #dialling(done: (result: DialResult) => void): void {
    this.#dial = this.#context.dial((result) => {
      this.#dial = null;
      if (result.error === null) {
        this.#failures = 0;
        this.#isHttp2 = isHttp2(result.socket);
        this.#context.connected(this, this.#everConnected);
        this.#everConnected = true;
      } else {
        this.rest();
        this.#context.connectFailed();
      }
      done(result);
    });
  }

  /** The connection of `warmUp`, unless it has ended meanwhile. */
  #takeWarm(): Socket | null {
    const socket = this.#warm;
    this.#warm = null;
    if (socket === null || socket.destroyed) return null;
    socket.off('readable', destroy);
    return socket;
  }
}

/** For a connection that is not in use yet: all that can be read from it is its end, or what nobody asked for. */
function destroy(this: Socket): void {
  this.destroy();
}

/** Whether HTTP/2 is spoken on a connection. */
function isHttp2(socket: Socket): boolean {
  return 'alpnProtocol' in socket && socket.alpnProtocol === 'h2';
}
