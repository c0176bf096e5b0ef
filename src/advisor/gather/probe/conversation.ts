import type { Socket } from 'node:net';
import { formatBytes } from '../../../core/index.js';
import { parseErrors, ResponseParser } from '../../../wire/http1/index.js';
import { type KeepAliveHint, readHead } from './response-head.js';

/** How the other side ended a connection. */
export interface Close {
  readonly by: 'fin' | 'rst';
  /** By `performance.now()`. */
  readonly atMs: number;
}

export interface Answered {
  readonly kind: 'answered';
  readonly status: number;
  /** Whether the response lets the connection carry another request. */
  readonly keepAlive: boolean;
  readonly hint: KeepAliveHint | null;
  readonly server: string | null;
  /** From the request to the first byte, and to the last. */
  readonly firstByteMs: number;
  readonly totalMs: number;
  /** When the last byte was read: from then on the connection is idle. */
  readonly atMs: number;
  /** Of the whole response. */
  readonly bytes: number;
}

/** What came of a request. A failure is an answer to the question that a probe asks, and no exception. */
export type Reply =
  | Answered
  /** The connection ended, before the request or in place of a response. */
  | { readonly kind: 'closed'; readonly by: Close['by']; readonly beforeRequest: boolean }
  /** Nothing whole came in time. */
  | { readonly kind: 'silent' }
  /** Something came that no probe can use: not HTTP/1.1, or too much of it. */
  | { readonly kind: 'unusable'; readonly why: string };

/** A probe asks for the same thing over and over: this is far more than it should ask for. */
const MOST_RESPONSE_BYTES = 16 * 2 ** 20;
/** Requests and responses of HTTP/1.1 on one socket, one at a time. */
export class Conversation {
  readonly #socket: Socket;
  readonly #parser: ResponseParser;
  #head = '';
  #close: Close | null = null;
  #sentAtMs = 0;
  #firstByteAtMs = 0;
  #bytes = 0;
  #settle: ((reply: Reply) => void) | null = null;
  #closed: (() => void) | null = null;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#parser = new ResponseParser(
      { maxBodyBytes: MOST_RESPONSE_BYTES },
      {
        observer: {
          head: (buf, from, to) => {
            this.#head = buf.toString('latin1', from, to);
          },
          body: () => {},
        },
      },
    );
    socket.on('data', (bytes: Buffer) => this.#read(bytes));
    socket.once('end', () => this.#ended('fin'));
    socket.on('error', () => this.#ended('rst'));
    socket.once('close', () => this.#ended('fin'));
  }

  /** Null: it is open, as far as is known. */
  get close(): Close | null {
    return this.#close;
  }

  /** Sends a request, in one segment or one for each part, and waits for its response. */
  ask(request: readonly Buffer[], timeoutMs: number): Promise<Reply> {
    if (this.#close !== null)
      return Promise.resolve({ kind: 'closed', by: this.#close.by, beforeRequest: true });
    this.#parser.reset(false);
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#reply({ kind: 'silent' }), timeoutMs);
      this.#settle = (reply) => {
        clearTimeout(timer);
        resolve(reply);
      };
      this.#sentAtMs = performance.now();
      this.#firstByteAtMs = 0;
      this.#bytes = 0;
      for (const part of request) this.#socket.write(part);
    });
  }

  /** Waits until the other side closes, for a time at most. */
  untilClosed(timeoutMs: number): Promise<Close | null> {
    if (this.#close !== null) return Promise.resolve(this.#close);
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#closed = null;
        resolve(this.#close);
      };
      const timer = setTimeout(done, timeoutMs);
      this.#closed = done;
    });
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #read(bytes: Buffer): void {
    // What nobody asked for is not read.
    if (this.#settle === null) return;
    const isFirst = this.#bytes === 0;
    if (isFirst) this.#firstByteAtMs = performance.now();
    this.#bytes += bytes.length;
    this.#parser.feed(bytes, 0, bytes.length);
    const { error } = this.#parser;
    if (error === parseErrors.bodyTooLarge)
      this.#unusable(
        `the response is larger than ${formatBytes(MOST_RESPONSE_BYTES)}: probe a path with a small one`,
      );
    else if (error !== null)
      this.#unusable(
        isFirst && beginsHttp2(bytes)
          ? 'the server speaks HTTP/2 here: --http2'
          : `the response is not HTTP/1.1: ${error}`,
      );
    else if (this.#parser.complete) this.#answered();
  }

  #ended(by: Close['by']): void {
    if (this.#close !== null) return;
    this.#close = { by, atMs: performance.now() };
    if (this.#settle !== null) {
      if (by === 'fin' && this.#parser.finish()) this.#answered();
      else this.#reply({ kind: 'closed', by, beforeRequest: false });
    }
    this.#closed?.();
  }

  /** Nothing more of it is read. */
  #unusable(why: string): void {
    this.#reply({ kind: 'unusable', why });
    this.#socket.destroy();
  }

  #answered(): void {
    const { hint, server } = readHead(this.#head);
    const nowMs = performance.now();
    this.#reply({
      kind: 'answered',
      status: this.#parser.status,
      keepAlive: this.#parser.keepAlive,
      hint,
      server,
      firstByteMs: this.#firstByteAtMs - this.#sentAtMs,
      totalMs: nowMs - this.#sentAtMs,
      atMs: nowMs,
      bytes: this.#bytes,
    });
  }

  #reply(reply: Reply): void {
    const settle = this.#settle;
    this.#settle = null;
    settle?.(reply);
  }
}

const SETTINGS = 4;

/** What a server of HTTP/2 begins with, whatever it was asked: a SETTINGS frame on stream 0 (RFC 9113 3.4). */
function beginsHttp2(bytes: Buffer): boolean {
  return (
    bytes.length >= 9 && bytes.readUInt16BE(0) === 0 && bytes[3] === SETTINGS && bytes.readUInt32BE(5) === 0
  );
}
