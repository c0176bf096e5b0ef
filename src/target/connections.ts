import type { Server, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { type Counters, Slot } from './counters.js';

/** The open connections of all servers of a target. */
export class Connections {
  readonly #counters: Counters;
  readonly #sockets = new Set<Socket>();

  constructor(counters: Counters) {
    this.#counters = counters;
  }

  watch(server: Server): void {
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      this.#counters.add(Slot.connectionsOpened, 1);
      this.#counters.set(Slot.connectionsActive, this.#sockets.size);
      socket.once('close', () => {
        this.#sockets.delete(socket);
        this.#counters.set(Slot.connectionsActive, this.#sockets.size);
      });
    });
    server.on('drop', () => this.#counters.add(Slot.connectionsDropped, 1));
  }

  destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** RST where TCP is at hand; through TLS or a unix socket the connection just ends. */
export function resetSocket(socket: Socket): void {
  if (socket.remoteAddress === undefined || socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}
