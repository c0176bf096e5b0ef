import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Counters, Slot } from './counters.js';

/** One request that is held or being served. */
export interface Hit {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** Counts the hits from 0. */
  readonly number: number;
  /** The response is out, or the client is gone: whatever waits for this hit may forget it. */
  ended: boolean;
  /** Called once, at the end. */
  onEnd: (() => void) | null;
}

/**
 * The requests in flight. A response tells when it has ended, but not when it waits behind another on a
 * pipelined connection and the connection goes: so the socket's end is watched too, once a connection.
 */
export class InFlight {
  readonly #counters: Counters;
  readonly #hitsOf = new Map<Socket, Set<Hit>>();
  #hits = 0;
  #count = 0;
  #whenIdle: (() => void) | null = null;

  constructor(counters: Counters) {
    this.#counters = counters;
  }

  get count(): number {
    return this.#count;
  }

  enter(req: IncomingMessage, res: ServerResponse): Hit {
    const hit: Hit = { req, res, number: this.#hits++, ended: false, onEnd: null };
    const hits = this.#hitsOf.get(req.socket) ?? this.#watch(req.socket);
    hits.add(hit);
    this.#count++;
    this.#counters.set(Slot.inFlight, this.#count);
    res.once('close', () => {
      hits.delete(hit);
      this.#end(hit);
    });
    return hit;
  }

  /** Resolves when nothing is in flight, or after `graceMs`. */
  idle(graceMs: number): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, graceMs);
      this.#whenIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #watch(socket: Socket): Set<Hit> {
    const hits = new Set<Hit>();
    this.#hitsOf.set(socket, hits);
    socket.once('close', () => {
      this.#hitsOf.delete(socket);
      for (const hit of hits) this.#end(hit);
    });
    return hits;
  }

  #end(hit: Hit): void {
    if (hit.ended) return;
    hit.ended = true;
    this.#count--;
    this.#counters.set(Slot.inFlight, this.#count);
    hit.onEnd?.();
    if (this.#count === 0) this.#whenIdle?.();
  }
}
