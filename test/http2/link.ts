import { connect, type Socket } from 'node:net';
import { Http2Session, ResponseHeads, type SessionOptions } from '#zipfire/wire/http2/index.js';
import { EventLog } from './conversation.js';

/** A session on a real socket, for tests: it reads into one small buffer, so that frames get cut. */
export class Link {
  readonly log = new EventLog();
  readonly session: Http2Session;
  /** Resolves when the socket is gone. */
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  #waiting: { done: () => boolean; resolve: () => void; reject: (error: Error) => void } | null = null;

  constructor(port: number, options: Partial<SessionOptions> = {}, bufferSize = 1009) {
    const heads = new ResponseHeads({ capture: false, maxListSize: 65_536 });
    this.session = new Http2Session(this.log, heads, { slots: 16, ...options });
    const buffer = Buffer.alloc(bufferSize);
    this.#socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer,
        callback: (length) => {
          this.session.feed(buffer, 0, length);
          this.flush();
          return true;
        },
      },
    });
    this.closed = new Promise((resolve) => {
      this.#socket.once('close', () => {
        this.session.disconnect('the socket is closed');
        this.#check();
        this.#waiting?.reject(
          new Error(`the connection ended after: ${this.log.lines.slice(-5).join(' | ')}`),
        );
        resolve();
      });
    });
    this.#socket.on('error', (error) => this.#waiting?.reject(error));
    this.#socket.on('drain', () => this.flush());
    this.#socket.once('connect', () => this.flush());
  }

  /** Writes what there is to write, as far as the socket takes it. */
  flush(): void {
    while (this.session.pending && !this.#socket.writableNeedDrain && !this.#socket.connecting)
      this.#socket.write(this.session.takeOutbox(), 'latin1');
    this.#check();
  }

  /** Resolves when it holds, looked at after every read; rejects when the connection ends before. */
  until(done: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting = { done, resolve, reject };
      this.flush();
    });
  }

  /** Resolves when there was such an event. */
  async event(line: string): Promise<void> {
    await this.until(() => this.log.lines.includes(line));
  }

  async close(): Promise<void> {
    this.#socket.destroy();
    await this.closed;
  }

  #check(): void {
    if (this.#waiting?.done() !== true) return;
    this.#waiting.resolve();
    this.#waiting = null;
  }
}
