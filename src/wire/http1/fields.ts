import * as bytes from './bytes.js';
import { type ParseError, parseErrors } from './errors.js';
import { Words } from './words.js';

// V8 folds a module's own constants; an imported one it loads at each use, a fifth of the time here.
const { COLON, COMMA, CR, HTAB, LF, SP, tokenChar, valueChar, ZERO } = bytes;

const names = new Words(['connection', 'content-length', 'transfer-encoding']);
const CONNECTION = names.bit('connection');
const CONTENT_LENGTH = names.bit('content-length');
const TRANSFER_ENCODING = names.bit('transfer-encoding');
/** A field whose value matters to nobody here. */
const OTHER = 0;

const tokens = new Words(['chunked', 'close', 'keep-alive']);
const CHUNKED = tokens.bit('chunked');
const CLOSE = tokens.bit('close');
const KEEP_ALIVE = tokens.bit('keep-alive');

const State = { lineStart: 0, name: 1, value: 2, valueEnd: 3, blockEnd: 4, done: 5, failed: 6 } as const;
type State = (typeof State)[keyof typeof State];

/**
 * Reads field lines, and the empty line that ends them, as the bytes come (RFC 9112, 5). Keeps what
 * frames the message and drops the rest.
 *
 * Lines end in CRLF and nothing else. A line that begins with white space continues the value of the
 * line before (obs-fold), as RFC 9112, 5.2 asks of a user agent; before the first field it is refused.
 */
export class FieldReader {
  /** -1 when there is none. */
  contentLength = -1;
  hasTransferEncoding = false;
  /** Whether `chunked` is the last transfer coding. */
  chunkedLast = false;
  /** The options seen in Connection. */
  close = false;
  keepAlive = false;
  error: ParseError | null = null;

  #state: State = State.lineStart;
  #trailers = false;
  #anyField = false;
  /** The field whose value is read: OTHER or a bit of `names`. */
  #field = OTHER;
  /** The words that fit the name or list element so far, and its length. */
  #mask = 0;
  #length = 0;
  /** White space was seen after the list element, which nothing but a comma may follow. */
  #gap = false;
  /** The Content-Length element so far; -1 before its first digit. */
  #number = -1;

  /** @param trailers check the lines and take nothing from them: trailer fields do not frame a message */
  reset(trailers: boolean): void {
    this.contentLength = -1;
    this.hasTransferEncoding = false;
    this.chunkedLast = false;
    this.close = false;
    this.keepAlive = false;
    this.error = null;
    this.#state = State.lineStart;
    this.#trailers = trailers;
    this.#anyField = false;
    this.#field = OTHER;
  }

  /** Whether the empty line was read. */
  get done(): boolean {
    return this.#state === State.done;
  }

  /** Reads buf[from,to) until the fields end. Returns the offset after the last byte read, or of the wrong one. */
  read(buf: Buffer, from: number, to: number): number {
    let at = from;
    while (at < to) {
      switch (this.#state) {
        case State.lineStart:
          at = this.#readLineStart(buf[at]!, at);
          break;
        case State.name:
          at = this.#readName(buf, at, to);
          break;
        case State.value:
          at = this.#field === OTHER ? this.#skipValue(buf, at, to) : this.#readValue(buf, at, to);
          break;
        case State.valueEnd:
          if (buf[at] !== LF) return this.#fail(parseErrors.bareCr, at);
          this.#state = State.lineStart;
          at++;
          break;
        case State.blockEnd:
          if (buf[at] !== LF) return this.#fail(parseErrors.bareCr, at);
          this.#state = State.done;
          return at + 1;
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

  #readLineStart(byte: number, at: number): number {
    if (byte === SP || byte === HTAB) {
      if (!this.#anyField) return this.#fail(parseErrors.leadingSpace, at);
      this.#state = State.value;
      return at; // read again as part of the value: white space there ends a list element
    }
    if (this.#field !== OTHER) {
      const error = this.#endElement();
      if (error !== null) return this.#fail(error, at);
      this.#field = OTHER;
    }
    if (byte === CR) {
      this.#state = State.blockEnd;
      return at + 1;
    }
    if (byte === LF) return this.#fail(parseErrors.bareLf, at);
    if (byte === COLON) return this.#fail(parseErrors.fieldName, at);
    this.#anyField = true;
    this.#mask = this.#trailers ? 0 : names.all;
    this.#length = 0;
    this.#state = State.name;
    return at;
  }

  #readName(buf: Buffer, from: number, to: number): number {
    let at = from;
    let mask = this.#mask;
    let length = this.#length;
    while (mask !== 0 && at < to && tokenChar[buf[at]!] === 1) mask = names.next(mask, length++, buf[at++]!);
    if (mask === 0) while (at < to && tokenChar[buf[at]!] === 1) at++;
    this.#mask = mask;
    this.#length = length;
    if (at === to) return at;
    const byte = buf[at]!;
    if (byte !== COLON) {
      return this.#fail(byte === CR || byte === LF ? parseErrors.noColon : parseErrors.fieldName, at);
    }
    this.#field = names.ended(mask, length);
    if (this.#field === TRANSFER_ENCODING) this.hasTransferEncoding = true;
    this.#startElement();
    this.#state = State.value;
    return at + 1;
  }

  #skipValue(buf: Buffer, from: number, to: number): number {
    let at = from;
    while (at < to && valueChar[buf[at]!] === 1) at++;
    return at === to ? at : this.#endLine(buf[at]!, at);
  }

  #readValue(buf: Buffer, from: number, to: number): number {
    for (let at = from; at < to; at++) {
      const byte = buf[at]!;
      if (valueChar[byte] === 0) return this.#endLine(byte, at);
      const error = this.#readElement(byte);
      if (error !== null) return this.#fail(error, at);
    }
    return to;
  }

  #endLine(byte: number, at: number): number {
    if (byte === CR) {
      this.#state = State.valueEnd;
      return at + 1;
    }
    return this.#fail(byte === LF ? parseErrors.bareLf : parseErrors.fieldValue, at);
  }

  /** One byte of a comma-separated value: Connection, Transfer-Encoding or Content-Length. */
  #readElement(byte: number): ParseError | null {
    if (byte === COMMA) {
      const error = this.#endElement();
      this.#startElement();
      return error;
    }
    if (byte === SP || byte === HTAB) {
      this.#gap = this.#length > 0;
      return null;
    }
    if (this.#field === CONTENT_LENGTH) return this.#readDigit(byte);
    this.#mask = this.#gap ? 0 : tokens.next(this.#mask, this.#length, byte);
    this.#length++;
    return null;
  }

  #readDigit(byte: number): ParseError | null {
    const digit = byte - ZERO;
    if (digit < 0 || digit > 9 || this.#gap) return parseErrors.lengthSyntax;
    this.#number = this.#number * 10 + digit;
    this.#length++;
    return this.#number > Number.MAX_SAFE_INTEGER ? parseErrors.lengthHuge : null;
  }

  #startElement(): void {
    this.#mask = tokens.all;
    this.#length = 0;
    this.#gap = false;
    this.#number = 0;
  }

  #endElement(): ParseError | null {
    if (this.#field === CONTENT_LENGTH) return this.#endNumber();
    if (this.#length === 0) return null; // empty list elements count for nothing (RFC 9110, 5.6.1.2)
    const token = tokens.ended(this.#mask, this.#length);
    if (this.#field === TRANSFER_ENCODING) this.chunkedLast = token === CHUNKED;
    else if (this.#field === CONNECTION && token === CLOSE) this.close = true;
    else if (this.#field === CONNECTION && token === KEEP_ALIVE) this.keepAlive = true;
    return null;
  }

  /** Equal values, in one field or several, are one (RFC 9110, 8.6). */
  #endNumber(): ParseError | null {
    if (this.#length === 0) return parseErrors.lengthSyntax;
    if (this.contentLength >= 0 && this.contentLength !== this.#number) return parseErrors.lengthsDiffer;
    this.contentLength = this.#number;
    return null;
  }
}
