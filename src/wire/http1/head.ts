import * as bytes from './bytes.js';
import { type ParseError, parseErrors } from './errors.js';
import { FieldReader } from './fields.js';
import { type Framing, framingOf, type Head, isPersistent } from './framing.js';

// V8 folds a module's own constants; an imported one it loads at each use, a fifth of the time here.
const { CR, LF, SP, ZERO } = bytes;

const PREFIX = Buffer.from('HTTP/1.', 'latin1');
/** Offsets in the status line, and after them its parts of any length. */
const MAJOR = 5;
const MINOR = 7;
const AFTER_VERSION = 8;
const STATUS = 9;
const AFTER_STATUS = 12;
const REASON = 13;
const LINE_END = 14;
const FIELDS = 15;

/**
 * Reads a status line and the header fields after it, as the bytes come (RFC 9112, 4 and 5).
 *
 * The reason phrase, which a client should ignore, may be missing along with the space before it, and
 * may hold anything but CR and LF. Any minor version from 1 up counts as HTTP/1.1 (RFC 9110, 2.5).
 */
export class HeadReader implements Head {
  readonly fields = new FieldReader();
  /** 100 to 999; 0 before it is read. */
  status = 0;
  #minorVersion = 0;
  /** Where in the status line the next byte stands: an offset up to AFTER_STATUS, then one of the states. */
  #place = 0;
  #error: ParseError | null = null;

  reset(): void {
    this.fields.reset(false);
    this.status = 0;
    this.#minorVersion = 0;
    this.#place = 0;
    this.#error = null;
  }

  get error(): ParseError | null {
    return this.#error ?? this.fields.error;
  }

  get done(): boolean {
    return this.fields.done;
  }

  get framing(): Framing {
    return framingOf(this.status, this.fields);
  }

  get bodyBytes(): number {
    return this.fields.contentLength;
  }

  get persistent(): boolean {
    return isPersistent(this.#minorVersion, this.fields);
  }

  /** Reads buf[from,to) until the head ends. Returns the offset after the last byte read, or of the wrong one. */
  read(buf: Buffer, from: number, to: number): number {
    let at = from;
    while (this.#place < FIELDS) {
      if (at === to) return at;
      if (this.#place === REASON) {
        while (at < to && buf[at] !== CR && buf[at] !== LF) at++;
        if (at === to) return at;
      }
      this.#error = this.#readByte(buf[at]!);
      if (this.#error !== null) return at;
      at++;
    }
    return this.fields.read(buf, at, to);
  }

  #readByte(byte: number): ParseError | null {
    const place = this.#place++;
    if (place < MINOR) {
      if (byte === PREFIX[place]) return null;
      return place < MAJOR ? parseErrors.notHttp : parseErrors.version;
    }
    switch (place) {
      case MINOR:
        this.#minorVersion = byte - ZERO;
        return isDigit(byte) ? null : parseErrors.version;
      case AFTER_VERSION:
        return byte === SP ? null : parseErrors.version;
      case STATUS:
      case STATUS + 1:
      case STATUS + 2:
        this.status = this.status * 10 + byte - ZERO;
        return isDigit(byte) && this.status > 0 ? null : parseErrors.status;
      case AFTER_STATUS:
        if (byte === SP) return null;
        return byte === CR || byte === LF ? this.#endReason(byte) : parseErrors.status;
      case REASON:
        return this.#endReason(byte);
      default:
        return byte === LF ? null : parseErrors.bareCr;
    }
  }

  #endReason(byte: number): ParseError | null {
    this.#place = LINE_END;
    return byte === CR ? null : parseErrors.bareLf;
  }
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= ZERO + 9;
}
