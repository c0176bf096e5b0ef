import type { OnReadOpts, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Dialer } from './dial.js';
import { directHandle, queuedBytes, type StreamHandle, writeDirect } from './direct-write.js';

/** What a channel tells its owner. */
export interface ChannelEvents {
  /** Bytes may be written. */
  ready(): void;
  /** Bytes came: the first `length` of `buffer`, which other channels share; gone after the call. */
  data(buffer: Buffer, length: number): void;
  /** The peer sent its end. */
  ended(): void;
  /** @param error with the system's code, such as ECONNRESET */
  failed(error: NodeJS.ErrnoException): void;
  /** The socket is gone for good, dropped or not. Always the last. */
  closed(): void;
}

/** One socket to the target, from its dialling to its end. Byte strings go in, shared buffers come out. */
export class Channel {
  readonly #socket: Socket;
  /** For writing below the stream layer, where that can be done. */
  #handle: StreamHandle | null = null;
  #dropped = false;
  #ready = false;

  /**
   * @param buffer what every channel of a worker reads into, one after the other
   * @param address see `Dialer.dial`
   */
  constructor(dialer: Dialer, buffer: Buffer, events: ChannelEvents, address: string | null = null) {
    const onread: OnReadOpts = {
      buffer,
      callback: (length) => {
        // A socket given up may still have bytes to deliver.
        if (!this.#dropped) events.data(buffer, length);
        return true;
      },
    };
    const socket = dialer.dial(onread, address);
    this.#socket = socket;
    socket.once(dialer.readyEvent, () => {
      if (this.#dropped) return;
      this.#ready = true;
      this.#handle = directHandle(socket);
      events.ready();
    });
    socket.on('end', () => {
      if (!this.#dropped) events.ended();
    });
    socket.on('error', (error) => {
      if (!this.#dropped) events.failed(error);
    });
    socket.once('close', () => events.closed());
  }

  /** Whether bytes may be written. */
  get open(): boolean {
    return this.#ready && !this.#dropped;
  }

  /** The protocol agreed on by ALPN; null without TLS, or when the server chose none. */
  get protocol(): string | null {
    return this.#socket instanceof TLSSocket ? this.#socket.alpnProtocol || null : null;
  }

  /** Bytes read so far. */
  get bytesIn(): number {
    return this.#socket.bytesRead;
  }

  /** Bytes written that the kernel has not taken yet. */
  get backlog(): number {
    return Math.max(this.#socket.writableLength, queuedBytes(this.#handle));
  }

  write(bytes: string): void {
    if (this.#handle === null) {
      this.#socket.write(bytes, 'latin1');
      return;
    }
    // An error may come back at once; it is told later, not from inside a send.
    if (!writeDirect(this.#socket, this.#handle, bytes)) this.#socket.destroy(brokenPipe());
  }

  /** Gives the socket up; nothing more is heard of it but `closed`. */
  drop(): void {
    this.#dropped = true;
    this.#socket.destroy();
  }
}

function brokenPipe(): NodeJS.ErrnoException {
  return Object.assign(new Error('the connection took no more bytes'), { code: 'EPIPE', syscall: 'write' });
}
