import * as bytes from './bytes.js';
import { type ParseError, parseErrors } from './errors.js';
import type { FieldReader } from './fields.js';
import type { ResponseObserver } from './observer.js';

// V8 folds a module's own constants; an imported one it loads at each use, a fifth of the time here.
const { CR, HTAB, hexValue, LF, SEMICOLON, SP, valueChar } = bytes;

/** Enough for any 64-bit size with its leading zeros. */
const MAX_SIZE_DIGITS = 16;

const State = {
  size: 0,
  afterSize: 1,
  extension: 2,
  sizeEnd: 3,
  data: 4,
  dataEnd: 5,
  dataLf: 6,
  trailers: 7,
  done: 8,
  failed: 9,
} as const;
type State = (typeof State)[keyof typeof State];

/**
 * Reads a chunked body and its trailer fields as the bytes come (RFC 9112, 7.1). Skips the data.
 *
 * Extensions are passed over with no look at their grammar; white space is taken after the size, where
 * the RFC has a recipient take it before an extension, and old servers pad.
 */
export class ChunkReader {
  error: ParseError | null = null;
  readonly #fields: FieldReader;
  readonly #observer: ResponseObserver | null;
  #state: State = State.size;
  #size = 0;
  #digits = 0;
  /** Data bytes of this chunk to come. */
  #remaining = 0;
  /** Bytes the body and the text around it may still take. */
  #bodyRoom = 0;
  #textRoom = 0;

  /** @param fields reads the trailers; its state is lost */
  constructor(fields: FieldReader, observer: ResponseObserver | null) {
    this.#fields = fields;
    this.#observer = observer;
  }

  /**
   * @param bodyRoom bytes of data allowed
   * @param textRoom bytes of extensions and trailers allowed
   */
  reset(bodyRoom: number, textRoom: number): void {
    this.error = null;
    this.#bodyRoom = bodyRoom;
    this.#textRoom = textRoom;
    this.#startSize();
  }

  get done(): boolean {
    return this.#state === State.done;
  }

  /** Reads buf[from,to) until the body ends. Returns the offset after the last byte read, or of the wrong one. */
  read(buf: Buffer, from: number, to: number): number {
    let at = from;
    while (at < to) {
      switch (this.#state) {
        case State.size:
          at = this.#readSize(buf, at, to);
          break;
        case State.afterSize:
        case State.extension:
          at = this.#readExtension(buf, at, to);
          break;
        case State.sizeEnd:
          if (buf[at] !== LF) return this.#fail(parseErrors.bareCr, at);
          this.#endSizeLine();
          at++;
          break;
        case State.data:
          at = this.#skipData(buf, at, to);
          break;
        case State.dataEnd:
          if (buf[at] !== CR) return this.#fail(parseErrors.chunkEnd, at);
          this.#state = State.dataLf;
          at++;
          break;
        case State.dataLf:
          if (buf[at] !== LF) return this.#fail(parseErrors.chunkEnd, at);
          this.#startSize();
          at++;
          break;
        case State.trailers:
          at = this.#readTrailers(buf, at, to);
          break;
        default:
          return at;
      }
    }
    return at;
  }

  #fail(error: ParseError, at: number): number {
    this.#state = State.failed;
    this.error = error;
    return at;
  }

  #startSize(): void {
    this.#state = State.size;
    this.#size = 0;
    this.#digits = 0;
  }

  #readSize(buf: Buffer, from: number, to: number): number {
    for (let at = from; at < to; at++) {
      const byte = buf[at]!;
      const digit = hexValue[byte]!;
      if (digit < 0) return this.#endSize(byte, at);
      if (++this.#digits > MAX_SIZE_DIGITS) return this.#fail(parseErrors.chunkSizeLong, at);
      this.#size = this.#size * 16 + digit;
    }
    return to;
  }

  #endSize(byte: number, at: number): number {
    if (this.#digits === 0) return this.#fail(parseErrors.chunkSize, at);
    if (this.#size > this.#bodyRoom) return this.#fail(parseErrors.bodyTooLarge, at);
    if (byte === CR) {
      this.#state = State.sizeEnd;
      return at + 1;
    }
    this.#state = State.afterSize;
    return at; // read again as what may follow a size
  }

  #readExtension(buf: Buffer, from: number, to: number): number {
    for (let at = from; at < to; at++) {
      const byte = buf[at]!;
      if (byte === CR) {
        this.#state = State.sizeEnd;
        return at + 1;
      }
      if (byte === LF) return this.#fail(parseErrors.bareLf, at);
      if (this.#state === State.afterSize) {
        if (byte === SEMICOLON) this.#state = State.extension;
        else if (byte !== SP && byte !== HTAB) return this.#fail(parseErrors.chunkSize, at);
      } else if (valueChar[byte] === 0) return this.#fail(parseErrors.chunkExtension, at);
      if (this.#textRoom-- === 0) return this.#fail(parseErrors.headerTooLarge, at);
    }
    return to;
  }

  #endSizeLine(): void {
    if (this.#size === 0) {
      this.#fields.reset(true);
      this.#state = State.trailers;
      return;
    }
    this.#bodyRoom -= this.#size;
    this.#remaining = this.#size;
    this.#state = State.data;
  }

  #skipData(buf: Buffer, from: number, to: number): number {
    const at = Math.min(to, from + this.#remaining);
    this.#observer?.body(buf, from, at);
    this.#remaining -= at - from;
    if (this.#remaining === 0) this.#state = State.dataEnd;
    return at;
  }

  #readTrailers(buf: Buffer, from: number, to: number): number {
    const limit = Math.min(to, from + this.#textRoom);
    const at = this.#fields.read(buf, from, limit);
    this.#textRoom -= at - from;
    if (this.#fields.error !== null) return this.#fail(this.#fields.error, at);
    if (this.#fields.done) this.#state = State.done;
    else if (limit < to) return this.#fail(parseErrors.headerTooLarge, at);
    return at;
  }
}
