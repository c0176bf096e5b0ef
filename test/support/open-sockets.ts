import type { Socket } from 'node:net';

/** The sockets of a test's server that are not closed yet. */
export class OpenSockets {
  readonly #sockets = new Set<Socket>();
  #onIdle: (() => void)[] = [];

  add(socket: Socket): void {
    this.#sockets.add(socket);
    // A client that resets is nothing to a test that did not ask about it; 'close' follows.
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#sockets.delete(socket);
      if (this.#sockets.size > 0) return;
      const waiting = this.#onIdle;
      this.#onIdle = [];
      for (const resolve of waiting) resolve();
    });
  }

  /** Resolves when none is open. */
  async idle(): Promise<void> {
    if (this.#sockets.size > 0) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
