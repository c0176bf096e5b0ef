import * as bytes from './bytes.js';
import { ChunkReader } from './chunks.js';
import { type ParseError, parseErrors } from './errors.js';
import { Framing, type Head } from './framing.js';
import { HeadReader } from './head.js';
import { defaultLimits, type ResponseLimits } from './limits.js';
import { HeadMemory } from './memory.js';
import type { ResponseObserver } from './observer.js';
import { Pieces } from './pieces.js';

// V8 folds a module's own constants; an imported one it loads at each use, a fifth of the time here.
const { CR, LF } = bytes;

/** What a parser works with; each has a default. */
export interface ParserParts {
  /** Share one among all parsers of a thread. Default: its own. */
  readonly memory?: HeadMemory;
  readonly observer?: ResponseObserver | null;
}

const Phase = { start: 0, head: 1, counted: 2, chunked: 3, untilClose: 4, complete: 5, failed: 6 } as const;
type Phase = (typeof Phase)[keyof typeof Phase];

/**
 * Reads HTTP/1.x responses from the bytes of a connection, one at a time (RFC 9112). Bodies are skipped and
 * header values dropped: what is kept is whether the response is whole, its status, and whether the
 * connection may carry another. However reads cut the bytes, the answer is the same. A response whose
 * header block is remembered costs a comparison, and no allocation.
 *
 * Interim (1xx) responses are passed over; 101 is an error, as nobody asked to switch. Bodies end by
 * Transfer-Encoding, else Content-Length, else the end of the connection; those of HEAD, 204 and 304 are
 * empty. As strict as node's own parser: lines end in CRLF, names and values hold what they may. Where the
 * two differ on purpose is listed, with reasons, in `test/fuzz/http1/differences.ts`.
 */
export class ResponseParser {
  readonly #limits: ResponseLimits;
  readonly #memory: HeadMemory;
  readonly #observer: ResponseObserver | null;
  readonly #reader = new HeadReader();
  readonly #chunks: ChunkReader;
  readonly #pieces = new Pieces();

  #phase: Phase = Phase.start;
  #headRequest = false;
  /** Reads have cut the head: it is not whole in any one buffer. */
  #headCut = false;
  #status = 0;
  #keepAlive = false;
  #error: ParseError | null = null;
  #bytes = 0;
  /** Bytes heads may still take. */
  #textRoom: number;
  /** Body bytes to come when counted; body bytes still allowed when read until close. */
  #bodyRoom = 0;

  constructor(limits: Partial<ResponseLimits> = {}, { memory, observer }: ParserParts = {}) {
    this.#limits = { ...defaultLimits, ...limits };
    this.#memory = memory ?? new HeadMemory();
    this.#observer = observer ?? null;
    this.#chunks = new ChunkReader(this.#reader.fields, this.#observer);
    this.#textRoom = this.#limits.maxHeaderBytes;
  }

  /** Whether a whole final response was read. */
  get complete(): boolean {
    return this.#phase === Phase.complete;
  }

  /** Why the bytes are refused: one of a fixed set. The connection is of no more use. */
  get error(): ParseError | null {
    return this.#error;
  }

  /** 200 to 999; 0 until the final response's head was read. */
  get status(): number {
    return this.#status;
  }

  /** Whether the connection may carry another request; holds once `complete`. */
  get keepAlive(): boolean {
    return this.#keepAlive;
  }

  /** Bytes of this response read so far: interim responses, head, body and its framing. */
  get bytes(): number {
    return this.#bytes;
  }

  get started(): boolean {
    return this.#bytes > 0;
  }

  /**
   * Forgets this response and waits for the next.
   * @param head the request is a HEAD: no body follows the fields, whatever they say
   */
  reset(head: boolean): void {
    this.#phase = Phase.start;
    this.#headRequest = head;
    this.#status = 0;
    this.#keepAlive = false;
    this.#error = null;
    this.#bytes = 0;
    this.#textRoom = this.#limits.maxHeaderBytes;
    this.#pieces.clear();
  }

  /**
   * Reads buf[from,to) until the response is whole, the bytes run out, or they are refused.
   * @returns the offset after the last byte taken; after an error, that of the byte refused
   */
  feed(buf: Buffer, from: number, to: number): number {
    let at = from;
    while (at < to && this.#phase < Phase.complete) {
      switch (this.#phase) {
        case Phase.start:
          at = this.#startHead(buf, at, to);
          break;
        case Phase.head:
          at = this.#readHead(buf, at, to);
          break;
        case Phase.counted:
          at = this.#skipCounted(buf, at, to);
          break;
        case Phase.chunked:
          at = this.#readChunks(buf, at, to);
          break;
        default:
          at = this.#skipUntilClose(buf, at, to);
      }
    }
    this.#bytes += at - from;
    return at;
  }

  /**
   * The connection ended. Completes a body that is read until then.
   * @returns whether it did; false when the response was cut, or none had begun
   */
  finish(): boolean {
    if (this.#phase !== Phase.untilClose) return false;
    this.#phase = Phase.complete;
    return true;
  }

  /** The first byte of a head, interim or final, or of an empty line before it, which is passed over. */
  #startHead(buf: Buffer, from: number, to: number): number {
    const limit = Math.min(to, from + this.#textRoom);
    let at = from;
    while (at < limit && (buf[at] === CR || buf[at] === LF)) at++;
    this.#textRoom -= at - from;
    if (at === limit) {
      if (limit < to) this.#fail(parseErrors.headerTooLarge);
      return at;
    }
    const head = this.#memory.find(buf, at, limit);
    if (head === null) {
      this.#reader.reset();
      this.#headCut = false;
      this.#phase = Phase.head;
      return at;
    }
    const end = at + head.length;
    this.#textRoom -= head.length;
    this.#observer?.head(buf, at, end);
    this.#startBody(head);
    return end;
  }

  #readHead(buf: Buffer, from: number, to: number): number {
    const limit = Math.min(to, from + this.#textRoom);
    const at = this.#reader.read(buf, from, limit);
    this.#textRoom -= at - from;
    if (this.#reader.error !== null) this.#fail(this.#reader.error);
    else if (this.#reader.done) this.#endHead(buf, from, at);
    else if (limit < to) this.#fail(parseErrors.headerTooLarge);
    else this.#cutHead(buf, from, at);
    return at;
  }

  /** The bytes ran out within the head. Only an observer needs those read so far. */
  #cutHead(buf: Buffer, from: number, to: number): void {
    this.#headCut = true;
    if (this.#observer !== null) this.#pieces.add(buf, from, to);
  }

  /** The head is whole; buf[from,to) is the only or the last piece of it. */
  #endHead(buf: Buffer, from: number, to: number): void {
    const reader = this.#reader;
    if (reader.status === 101) this.#fail(parseErrors.switching);
    else if (reader.status < 200) this.#phase = Phase.start;
    else {
      if (!this.#headCut) this.#memory.keep(buf, from, to, reader);
      this.#observeHead(buf, from, to);
      this.#startBody(reader);
    }
    this.#pieces.clear();
  }

  #observeHead(buf: Buffer, from: number, to: number): void {
    if (this.#observer === null) return;
    if (this.#headCut) {
      this.#pieces.add(buf, from, to);
      this.#observer.head(this.#pieces.bytes, 0, this.#pieces.length);
    } else {
      this.#observer.head(buf, from, to);
    }
  }

  #startBody(head: Head): void {
    const { maxBodyBytes } = this.#limits;
    const framing = this.#headRequest ? Framing.none : head.framing;
    this.#status = head.status;
    this.#keepAlive = head.persistent && framing !== Framing.untilClose;
    this.#bodyRoom = maxBodyBytes;
    if (framing === Framing.length) {
      this.#bodyRoom = head.bodyBytes;
      if (head.bodyBytes > maxBodyBytes) this.#fail(parseErrors.bodyTooLarge);
      else this.#phase = head.bodyBytes > 0 ? Phase.counted : Phase.complete;
    } else if (framing === Framing.chunked) {
      this.#chunks.reset(maxBodyBytes, this.#textRoom);
      this.#phase = Phase.chunked;
    } else {
      this.#phase = framing === Framing.none ? Phase.complete : Phase.untilClose;
    }
  }

  #skipCounted(buf: Buffer, from: number, to: number): number {
    const at = Math.min(to, from + this.#bodyRoom);
    this.#observer?.body(buf, from, at);
    this.#bodyRoom -= at - from;
    if (this.#bodyRoom === 0) this.#phase = Phase.complete;
    return at;
  }

  #readChunks(buf: Buffer, from: number, to: number): number {
    const at = this.#chunks.read(buf, from, to);
    if (this.#chunks.error !== null) this.#fail(this.#chunks.error);
    else if (this.#chunks.done) this.#phase = Phase.complete;
    return at;
  }

  #skipUntilClose(buf: Buffer, from: number, to: number): number {
    const at = Math.min(to, from + this.#bodyRoom);
    if (at > from) this.#observer?.body(buf, from, at);
    this.#bodyRoom -= at - from;
    if (at < to) this.#fail(parseErrors.bodyTooLarge);
    return at;
  }

  #fail(error: ParseError): void {
    this.#phase = Phase.failed;
    this.#error = error;
    this.#keepAlive = false;
  }
}
