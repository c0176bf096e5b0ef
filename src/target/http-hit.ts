import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { resetSocket } from './connections.js';
import type { Hit, InFlight } from './in-flight.js';
import { type Refusal, refusals } from './refusal.js';
import type { Responder } from './responder.js';

/** A request over HTTP/1.1. */
export interface HttpHit extends Hit {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

/**
 * Follows requests over HTTP to their end. A response tells when it has ended, but not when it waits behind
 * another on a pipelined connection and the connection goes: so the socket's end is watched too, once a
 * connection.
 */
export class HttpHits {
  readonly #inFlight: InFlight;
  readonly #respond: Responder;
  readonly #hitsOf = new Map<Socket, Set<HttpHit>>();

  constructor(inFlight: InFlight, respond: Responder) {
    this.#inFlight = inFlight;
    this.#respond = respond;
  }

  enter(req: IncomingMessage, res: ServerResponse): HttpHit {
    const { socket } = req;
    const hit: HttpHit = {
      req,
      res,
      number: this.#inFlight.begin(),
      connection: socket,
      ended: false,
      plannedNs: null,
      onEnd: null,
      refuse: (why) => this.#refuse(req, res, why),
      cut: () => cut(req),
    };
    const hits = this.#hitsOf.get(socket) ?? this.#watch(socket);
    hits.add(hit);
    res.once('close', () => {
      hits.delete(hit);
      this.#inFlight.end(hit);
    });
    return hit;
  }

  #watch(socket: Socket): Set<HttpHit> {
    const hits = new Set<HttpHit>();
    this.#hitsOf.set(socket, hits);
    socket.once('close', () => {
      this.#hitsOf.delete(socket);
      for (const hit of hits) this.#inFlight.end(hit);
    });
    return hits;
  }

  #refuse(req: IncomingMessage, res: ServerResponse, why: Refusal): void {
    const { http, message, retryAfter } = refusals[why];
    this.#respond.text(req, res, http, message, retryAfter ? ['Retry-After', '1'] : []);
  }
}

/** Written past node:http, which would rather not send half a response. A HEAD has no body to cut. */
function cut({ method, socket }: IncomingMessage): void {
  const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1024\r\n';
  const part = method === 'HEAD' ? head : `${head}\r\n${'x'.repeat(512)}`;
  socket.write(part, 'latin1', () => resetSocket(socket));
}
