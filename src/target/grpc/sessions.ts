import type { ServerHttp2Session } from 'node:http2';
import type { Server, Socket } from 'node:net';
import { resetSocket } from '../connections.js';
import type { TargetOptions } from '../options.js';

/** A connection of a gRPC client. */
export class Session {
  readonly #session: ServerHttp2Session;
  readonly #socket: Socket;
  /** Streams it takes before it is closed; Infinity for no limit. */
  #left: number;
  #open = 0;

  constructor(session: ServerHttp2Session, socket: Socket, maxStreams: number) {
    this.#session = session;
    this.#socket = socket;
    this.#left = maxStreams;
  }

  get isIdle(): boolean {
    return this.#open === 0;
  }

  /** Counts a stream in. The last one that is taken is the last that GOAWAY will name. */
  enter(): void {
    this.#open++;
    if (--this.#left === 0) this.close();
  }

  leave(): void {
    this.#open--;
  }

  /** Sends GOAWAY. The open streams end by themselves, and the connection after them. */
  close(): void {
    if (!this.#session.closed && !this.#session.destroyed) this.#session.close();
  }

  reset(): void {
    resetSocket(this.#socket);
  }
}

/** Follows the sessions of a server, in a map that changes with them; closes those that idle. */
export function watchSessions(
  server: Server,
  { tlsCert, requestsPerConnection, keepAliveIdleMs }: TargetOptions,
): ReadonlyMap<object, Session> {
  const sessions = new Map<object, Session>();
  // A session hides its socket, which a reset needs. It begins within the event that announces the socket.
  let socket: Socket | null = null;
  server.prependListener(tlsCert === '' ? 'connection' : 'secureConnection', (opened: Socket) => {
    socket = opened;
  });
  server.on('session', (http2: ServerHttp2Session) => {
    if (socket === null) return;
    const session = new Session(http2, socket, requestsPerConnection || Number.POSITIVE_INFINITY);
    sessions.set(http2, session);
    http2.once('close', () => sessions.delete(http2));
    // What a connection dies of is the client's affair; its streams hear that it is gone.
    http2.on('error', () => {});
    if (keepAliveIdleMs > 0) {
      http2.setTimeout(keepAliveIdleMs);
      http2.on('timeout', () => {
        if (session.isIdle) session.close();
      });
    }
  });
  return sessions;
}
