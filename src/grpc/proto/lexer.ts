import { type Place, protoError } from './place.js';

export type TokenKind = 'word' | 'integer' | 'float' | 'string' | 'symbol' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** As written; of a string what it says, as a byte string. */
  readonly text: string;
  readonly place: Place;
}

const blank = /[ \t\r\n\v\f]+|\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const tokens: readonly (readonly [TokenKind, RegExp])[] = [
  ['word', /[A-Za-z_][A-Za-z0-9_]*/y],
  ['float', /(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+/y],
  ['integer', /0[xX][0-9A-Fa-f]+|\d+/y],
  ['symbol', /[{}()[\]<>=;:,.-]|\/(?!\*)/y],
];
/** Strings are read piece by piece: one pattern for all of it takes a stack as deep as the string is long. */
const stringPiece = /[^"'\\\n\0]+|\\[\s\S]|["']/y;
const escapes =
  /\\(?:([abfnrtv\\'"?])|([0-7]{1,3})|[xX]([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|[\s\S])/g;
const short: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Takes a `.proto` source apart into tokens; comments and white space are left out. */
export class Lexer {
  readonly #source: string;
  readonly #file: string;
  #at = 0;
  #line = 1;
  /** Where the line begins. */
  #lineStart = 0;

  constructor(source: string, file: string) {
    // A byte order mark is no part of the text.
    this.#source = source.startsWith('\ufeff') ? source.slice(1) : source;
    this.#file = file;
  }

  /** @throws ZipfireError `usage` for what begins no token */
  next(): Token {
    while (this.#take(this.#match(blank)) !== '');
    const place = this.#place();
    if (this.#at >= this.#source.length) return { kind: 'end', text: '', place };
    const string = this.#take(this.#string());
    if (string !== '') return { kind: 'string', text: this.#unescape(string.slice(1, -1), place), place };
    for (const [kind, pattern] of tokens) {
      const text = this.#take(this.#match(pattern));
      if (text !== '') return { kind, text, place };
    }
    throw protoError(place, this.#complaint());
  }

  #place(): Place {
    return { file: this.#file, line: this.#line, column: this.#at - this.#lineStart + 1 };
  }

  /** What the pattern finds here; empty when it is nothing. */
  #match(pattern: RegExp, at = this.#at): string {
    pattern.lastIndex = at;
    const [text = ''] = pattern.exec(this.#source) ?? [];
    return text;
  }

  /** The string that begins here, with its quotes; empty when none does, or it has no end. */
  #string(): string {
    const quote = this.#source[this.#at];
    if (quote !== '"' && quote !== "'") return '';
    for (let at = this.#at + 1; ; ) {
      const piece = this.#match(stringPiece, at);
      if (piece === '') return '';
      at += piece.length;
      if (piece === quote) return this.#source.slice(this.#at, at);
    }
  }

  #take(text: string): string {
    for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) {
      this.#line++;
      this.#lineStart = this.#at + i + 1;
    }
    this.#at += text.length;
    return text;
  }

  #complaint(): string {
    const rest = this.#source.slice(this.#at, this.#at + 2);
    if (rest.startsWith('"') || rest.startsWith("'")) return 'the string that begins here has no end';
    if (rest === '/*') return 'the comment that begins here has no end';
    return `unexpected character ${JSON.stringify(String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0))}`;
  }

  #unescape(text: string, place: Place): string {
    const bytes = Buffer.from(text, 'utf8').toString('latin1');
    return bytes.replace(
      escapes,
      (whole, letter?: string, octal?: string, hex?: string, u4?: string, u8?: string) => {
        if (letter !== undefined) return short[letter] ?? letter;
        if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
        if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
        const point = Number.parseInt(u4 ?? u8 ?? '', 16);
        if (!(point <= 0x10ffff)) throw protoError(place, `"${whole}" is no escape`);
        return Buffer.from(String.fromCodePoint(point), 'utf8').toString('latin1');
      },
    );
  }
}
