import { usageError } from '../../core/index.js';

/** Deeper JSON is not looked into. */
const MAX_DEPTH = 200;

/** The names that lead to a value (RFC 6901). @throws ZipfireError `usage` */
export function parsePointer(pointer: string): string[] {
  if (pointer === '') return [];
  if (!pointer.startsWith('/'))
    throw usageError('expected a JSON pointer such as /data/0/id', 'it begins with "/"');
  const names = pointer.slice(1).split('/');
  if (names.length > MAX_DEPTH) throw usageError(`a JSON pointer of more than ${MAX_DEPTH} names`);
  if (names.some((name) => /~(?![01])/.test(name)))
    throw usageError('"~" in a JSON pointer is followed by 0 or 1', 'write ~0 for "~", and ~1 for "/"');
  return names.map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/**
 * The value at a pointer, found by reading the text as far as that: a number of more digits than a double holds
 * stays as it is, and text behind the value may be missing. A text comes without its quotes, and an object or a list as
 * it is written; null, and what is not there, is null. So is what is not JSON.
 *
 * @param text UTF-16
 */
export function findInJson(text: string, path: readonly string[]): string | null {
  const reader = new JsonReader(text);
  for (const name of path) if (!reader.enter(name)) return null;
  return reader.value();
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\d.eE+-])/y;
const WORD = /true|false|null/y;
const SPACE = /[ \t\n\r]*/y;
/** Not all of the text: just where a string ends. */
const STRING = /"(?:[^"\\\0-\x1f]|\\.)*"/y;

class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Goes on to the value of a member or an item of the value at hand; false: there is none. */
  enter(name: string): boolean {
    this.#space();
    if (this.#take('{')) return this.#enterMember(name);
    if (this.#take('[')) return this.#enterItem(name);
    return false;
  }

  value(): string | null {
    this.#space();
    const from = this.#at;
    if (this.#text[from] === '"') return this.#string();
    if (!this.#skip()) return null;
    const found = this.#text.slice(from, this.#at);
    // A number at the end of what was read may have been cut.
    return found === 'null' ? null : found;
  }

  /** Names may come twice: the last would count, but for the text that is not there to be read. The first does. */
  #enterMember(name: string): boolean {
    this.#space();
    if (this.#take('}')) return false;
    for (;;) {
      this.#space();
      const key = this.#string();
      this.#space();
      if (key === null || !this.#take(':')) return false;
      if (key === name) return true;
      this.#space();
      if (!this.#skip()) return false;
      this.#space();
      if (!this.#take(',')) return false;
    }
  }

  #enterItem(name: string): boolean {
    if (!/^(?:0|[1-9]\d{0,8})$/.test(name)) return false;
    this.#space();
    if (this.#take(']')) return false;
    for (let left = Number(name); left > 0; left--) {
      this.#space();
      if (!this.#skip()) return false;
      this.#space();
      if (!this.#take(',')) return false;
    }
    return true;
  }

  /** Passes over one value; false: it is none, or it is cut. Without recursion: nesting is the writer's choice. */
  #skip(): boolean {
    const open: string[] = [];
    do {
      this.#space();
      const char = this.#text[this.#at];
      if (char === '{' || char === '[') {
        this.#at++;
        this.#space();
        if (!this.#take(char === '{' ? '}' : ']')) {
          if (open.push(char) > MAX_DEPTH) return false;
          if (char === '{' && !this.#name()) return false;
          continue;
        }
      } else if (!(char === '"' ? this.#match(STRING) : this.#match(NUMBER) || this.#match(WORD))) {
        return false;
      }
      for (let inner = open.at(-1); inner !== undefined; inner = open.at(-1)) {
        this.#space();
        if (this.#take(',')) {
          if (inner === '{' && !this.#name()) return false;
          break;
        }
        if (!this.#take(inner === '{' ? '}' : ']')) return false;
        open.pop();
      }
    } while (open.length > 0);
    return true;
  }

  /** The name of a member, and the colon behind it. */
  #name(): boolean {
    this.#space();
    if (!this.#match(STRING)) return false;
    this.#space();
    return this.#take(':');
  }

  #string(): string | null {
    const from = this.#at;
    if (!this.#match(STRING)) return null;
    const source = this.#text.slice(from, this.#at);
    if (!source.includes('\\')) return source.slice(1, -1);
    try {
      return String(JSON.parse(source));
    } catch {
      return null;
    }
  }

  #space(): void {
    this.#match(SPACE);
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #match(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text)) return false;
    this.#at = pattern.lastIndex;
    return true;
  }
}
