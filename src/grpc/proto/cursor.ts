import { Lexer, type Token, type TokenKind } from './lexer.js';
import { type Place, protoError } from './place.js';

/** Messages, blocks of options and the like may stand in each other this deep. */
const MAX_DEPTH = 100;

/** Reads a source token by token, one ahead. */
export class Cursor {
  readonly #lexer: Lexer;
  #token: Token;
  #depth = 0;

  constructor(source: string, file: string) {
    this.#lexer = new Lexer(source, file);
    this.#token = this.#lexer.next();
  }

  /** Where the next token stands. */
  get place(): Place {
    return this.#token.place;
  }

  /** Whether the next token is this symbol or word. */
  at(text: string): boolean {
    return this.#token.text === text && (this.#token.kind === 'symbol' || this.#token.kind === 'word');
  }

  atKind(kind: TokenKind): boolean {
    return this.#token.kind === kind;
  }

  /** Takes the next token, whatever it is. */
  next(): Token {
    const token = this.#token;
    this.#token = this.#lexer.next();
    return token;
  }

  /** Takes the next token if it is this symbol or word. */
  take(text: string): boolean {
    if (!this.at(text)) return false;
    this.next();
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) throw this.unexpected(`"${text}"`);
  }

  /** One identifier. */
  word(what: string): string {
    if (this.#token.kind !== 'word') throw this.unexpected(what);
    return this.next().text;
  }

  /** `a.b.c`, and with a dot before it where that is allowed. */
  dotted(what: string, leadingDot = false): string {
    let name = leadingDot && this.take('.') ? '.' : '';
    name += this.word(what);
    while (this.take('.')) name += `.${this.word('a name after "."')}`;
    return name;
  }

  /** Strings that follow each other are one. A byte string. */
  string(what: string): string {
    if (this.#token.kind !== 'string') throw this.unexpected(what);
    let text = '';
    while (this.#token.kind === 'string') text += this.next().text;
    return text;
  }

  /** A whole number, with a minus where `min` is below 0. */
  integer(what: string, min: number, max: number): number {
    const place = this.place;
    const negative = min < 0 && this.take('-');
    if (this.#token.kind !== 'integer') throw this.unexpected(what);
    const value = readInteger(this.next().text) * (negative ? -1 : 1);
    if (value < min || value > max) throw protoError(place, `${what} is in [${min}, ${max}], read ${value}`);
    return value;
  }

  /** What stands between braces: `each` reads one statement of it. */
  block(each: () => void, open = '{', close = '}'): void {
    this.expect(open);
    if (++this.#depth > MAX_DEPTH) throw protoError(this.place, `nested deeper than ${MAX_DEPTH}`);
    while (!this.take(close)) {
      if (this.atKind('end')) throw this.unexpected(`"${close}"`);
      if (!this.take(';')) each();
    }
    this.#depth--;
  }

  unexpected(expected: string): Error {
    const { kind, text, place } = this.#token;
    const read = kind === 'end' ? 'the end of the file' : kind === 'string' ? 'a string' : `"${text}"`;
    return protoError(place, `expected ${expected}, read ${read}`);
  }
}

/** Decimal, 0x hexadecimal, or octal with a leading 0. */
function readInteger(text: string): number {
  return /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
}
