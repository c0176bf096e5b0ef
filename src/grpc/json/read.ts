import type { JsonMember, JsonNode, JsonText } from './node.js';
import { fixedText } from './node.js';
import { HOLE, JsonSource } from './source.js';
import { noHoles, type TemplateReader } from './template.js';

/** Protobuf libraries stop at this depth too. */
const MAX_DEPTH = 100;

const space = /[ \t\r\n]*/y;
/** Characters that JSON allows in a string as they are; a hole is among them. */
const plain = /[^"\\\u0001-\u001f]*/y;
/** A number, a word, or holes outside quotes and what touches them. */
const token = /[^\s,:[\]{}"]+/y;
const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/**
 * Reads JSON (RFC 8259) that may have holes: within strings, as whole values, as names of members.
 * A name given twice in one object is refused.
 *
 * @param name what the text is called in errors
 * @throws ZipfireError `usage` with name, line, column, what was expected and what was read
 */
export function readJson(template: string, name: string, read: TemplateReader = noHoles): JsonNode {
  const reader = new Reader(new JsonSource(template, name, read));
  const node = reader.value(0);
  reader.end();
  return node;
}

class Reader {
  readonly #source: JsonSource;
  #at = 0;

  constructor(source: JsonSource) {
    this.#source = source;
  }

  value(depth: number): JsonNode {
    if (depth > MAX_DEPTH) throw this.#source.error(this.#at, `nested deeper than ${MAX_DEPTH}`);
    switch (this.#next()) {
      case '{':
        return { kind: 'object', members: this.#members(depth) };
      case '[':
        return { kind: 'array', items: this.#items(depth) };
      case '"':
        return { kind: 'string', text: this.#string() };
      default:
        return this.#token();
    }
  }

  end(): void {
    this.#next();
    if (this.#at < this.#source.text.length) throw this.#unexpected('the end');
  }

  #members(depth: number): JsonMember[] {
    const members: JsonMember[] = [];
    const names = new Set<string>();
    this.#at++;
    if (this.#next() === '}') {
      this.#at++;
      return members;
    }
    for (;;) {
      if (this.#next() !== '"') throw this.#unexpected('a name in quotes');
      const start = this.#at;
      const name = this.#string();
      const fixed = fixedText(name);
      if (fixed !== null && names.has(fixed)) {
        throw this.#source.error(start, `${JSON.stringify(fixed)} is given twice`);
      }
      if (fixed !== null) names.add(fixed);
      if (this.#next() !== ':') throw this.#unexpected('":"');
      this.#at++;
      members.push({ name, value: this.value(depth + 1) });
      if (this.#closes('}')) return members;
    }
  }

  #items(depth: number): JsonNode[] {
    const items: JsonNode[] = [];
    this.#at++;
    if (this.#next() === ']') {
      this.#at++;
      return items;
    }
    for (;;) {
      items.push(this.value(depth + 1));
      if (this.#closes(']')) return items;
    }
  }

  #closes(bracket: '}' | ']'): boolean {
    const char = this.#next();
    if (char !== ',' && char !== bracket) throw this.#unexpected(`"," or "${bracket}"`);
    this.#at++;
    return char === bracket;
  }

  #string(): JsonText {
    const { text } = this.#source;
    const pieces: (string | number)[] = [];
    const start = this.#at++;
    let literal = '';
    for (;;) {
      for (const piece of this.#split(this.#match(plain))) {
        if (typeof piece === 'string') {
          literal += piece;
          continue;
        }
        if (literal !== '') pieces.push(literal);
        literal = '';
        pieces.push(piece);
      }
      const char = text[this.#at];
      if (char === '"') break;
      if (char === '\\') literal += this.#escape();
      else if (char === undefined) throw this.#source.error(start, 'the string that begins here has no end');
      else
        throw this.#source.error(
          this.#at,
          'a control character in a string',
          'write it as an escape: \\n, \\t, \\u0000',
        );
    }
    this.#at++;
    if (literal !== '') pieces.push(literal);
    return pieces;
  }

  #escape(): string {
    const { text } = this.#source;
    const char = text[this.#at + 1] ?? '';
    const short = escapes[char];
    if (short !== undefined) {
      this.#at += 2;
      return short;
    }
    const digits = text.slice(this.#at + 2, this.#at + 6);
    if (char !== 'u' || !/^[0-9a-fA-F]{4}$/.test(digits)) {
      throw this.#source.error(this.#at, 'not an escape of JSON', 'write \\\\ for a backslash');
    }
    this.#at += 6;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #token(): JsonNode {
    const start = this.#at;
    const text = this.#match(token);
    if (text === '') throw this.#unexpected('a value');
    if (text.includes(HOLE)) return { kind: 'bare', text: this.#split(text) };
    if (text === 'null') return { kind: 'literal', value: null };
    if (text === 'true' || text === 'false') return { kind: 'literal', value: text === 'true' };
    if (!number.test(text)) {
      this.#at = start;
      throw this.#unexpected('a value', /^[A-Za-z_]/.test(text) ? 'text stands in quotes' : undefined);
    }
    return { kind: 'number', text };
  }

  /** Text that was just read, with its holes. */
  #split(read: string): (string | number)[] {
    if (!read.includes(HOLE)) return read === '' ? [] : [read];
    const start = this.#at - read.length;
    const pieces: (string | number)[] = [];
    let from = 0;
    for (let i = read.indexOf(HOLE); i >= 0; i = read.indexOf(HOLE, i + 1)) {
      const hole = this.#source.holeAt(start + i);
      if (hole === undefined) throw this.#source.error(start + i, 'a NUL character');
      if (i > from) pieces.push(read.slice(from, i));
      pieces.push(hole.index);
      from = i + 1;
    }
    if (from < read.length) pieces.push(read.slice(from));
    return pieces;
  }

  /** The next character after white space; undefined at the end. */
  #next(): string | undefined {
    this.#match(space);
    return this.#source.text[this.#at];
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [text = ''] = pattern.exec(this.#source.text) ?? [];
    this.#at += text.length;
    return text;
  }

  #unexpected(expected: string, hint?: string): Error {
    return this.#source.error(this.#at, `expected ${expected}, read ${this.#source.shown(this.#at)}`, hint);
  }
}
