import { usageError } from '../../core/index.js';

/**
 * A pattern taken apart. Characters are bytes, as texts from outside are byte strings.
 *
 * ```
 * pattern = sequence { "|" sequence }
 * sequence = { atom [ ( "*" | "+" | "?" | "{" n [ "," [ m ] ] "}" ) [ "?" ] ] }
 * atom    = character | "." | "[" … "]" | "\" escape | "(" [ "?:" ] pattern ")" | "^" | "$"
 * ```
 *
 * The part of JavaScript's regular expressions that can be matched in time that grows with the text alone: without
 * back-references and assertions but `^`, `$`.
 */
export type Node =
  /** One byte of 256, by which `set` is 1. */
  | { readonly kind: 'set'; readonly set: Uint8Array }
  | { readonly kind: 'start' | 'end' }
  | { readonly kind: 'all'; readonly of: readonly Node[] }
  | { readonly kind: 'any'; readonly of: readonly Node[] }
  | {
      readonly kind: 'repeat';
      readonly of: Node;
      readonly min: number;
      /** Infinity: no bound. */
      readonly max: number;
      readonly lazy: boolean;
    }
  /** `index` from 1; null: it groups only. */
  | { readonly kind: 'group'; readonly of: Node; readonly index: number | null };

const MAX_LENGTH = 500;
const MAX_DEPTH = 20;
const MAX_COUNT = 1000;

/** @throws ZipfireError `usage` with the column */
export function parsePattern(source: string): Node {
  if (source === '') throw usageError('an empty pattern');
  if (source.length > MAX_LENGTH) throw usageError(`a pattern of more than ${MAX_LENGTH} characters`);
  return new Reader(source).whole();
}

class Reader {
  readonly #source: string;
  #at = 0;
  #groups = 0;
  #depth = 0;

  constructor(source: string) {
    this.#source = source;
  }

  whole(): Node {
    const node = this.#alternatives();
    if (this.#at < this.#source.length) throw this.#refuse('a ")" without its "("');
    return node;
  }

  #alternatives(): Node {
    if (++this.#depth > MAX_DEPTH) throw this.#refuse(`groups within more than ${MAX_DEPTH} others`);
    const of = [this.#sequence()];
    while (this.#take('|')) of.push(this.#sequence());
    this.#depth--;
    return of.length === 1 ? (of[0] as Node) : { kind: 'any', of };
  }

  #sequence(): Node {
    const of: Node[] = [];
    for (;;) {
      const next = this.#source[this.#at];
      if (next === undefined || next === '|' || next === ')') return { kind: 'all', of };
      of.push(this.#repeated(this.#atom()));
    }
  }

  #repeated(of: Node): Node {
    const bounds = this.#bounds();
    if (bounds === null) return of;
    if (of.kind === 'start' || of.kind === 'end') throw this.#refuse('nothing to repeat');
    const [min, max] = bounds;
    const lazy = this.#take('?');
    if (this.#bounds() !== null) throw this.#refuse('nothing to repeat');
    return { kind: 'repeat', of, min, max, lazy };
  }

  #bounds(): readonly [number, number] | null {
    if (this.#take('*')) return [0, Number.POSITIVE_INFINITY];
    if (this.#take('+')) return [1, Number.POSITIVE_INFINITY];
    if (this.#take('?')) return [0, 1];
    const counted = /^\{(\d+)(,(\d*))?\}/.exec(this.#source.slice(this.#at));
    if (counted === null) return null;
    this.#at += counted[0].length;
    const min = Number(counted[1]);
    const most = counted[3];
    const max = counted[2] === undefined ? min : most ? Number(most) : Number.POSITIVE_INFINITY;
    if (max < min) throw this.#refuse('a count that ends before it begins');
    if (min > MAX_COUNT || (max > MAX_COUNT && Number.isFinite(max)))
      throw this.#refuse(`a count above ${MAX_COUNT}`);
    return [min, max];
  }

  #atom(): Node {
    const char = this.#source[this.#at++] as string;
    switch (char) {
      case '(':
        return this.#group();
      case '[':
        return { kind: 'set', set: this.#class() };
      case '^':
        return { kind: 'start' };
      case '$':
        return { kind: 'end' };
      case '.':
        return { kind: 'set', set: setOf((byte) => byte !== 0x0a && byte !== 0x0d) };
      case '\\':
        return { kind: 'set', set: this.#escape(false) };
      case '*':
      case '+':
      case '?':
        throw this.#refuse('nothing to repeat');
      default:
        return this.#literal(char);
    }
  }

  /** A character beyond ASCII is several bytes. */
  #literal(char: string): Node {
    const point = char.codePointAt(0) as number;
    if (point < 0x80) return { kind: 'set', set: only(point) };
    const whole = String.fromCodePoint(this.#source.codePointAt(this.#at - 1) as number);
    this.#at += whole.length - 1;
    return { kind: 'all', of: [...Buffer.from(whole)].map((byte) => ({ kind: 'set', set: only(byte) })) };
  }

  #group(): Node {
    let index: number | null = null;
    if (this.#source.startsWith('?', this.#at)) {
      if (!this.#source.startsWith('?:', this.#at))
        throw this.#refuse('assertions and named groups are not taken');
      this.#at += 2;
    } else {
      index = ++this.#groups;
    }
    const of = this.#alternatives();
    if (!this.#take(')')) throw this.#refuse('a "(" without its ")"');
    return { kind: 'group', of, index };
  }

  #class(): Uint8Array {
    const negated = this.#take('^');
    const set = new Uint8Array(256);
    while (!this.#take(']')) {
      const low = this.#member();
      const isRange =
        this.#source[this.#at] === '-' && ![']', undefined].includes(this.#source[this.#at + 1]);
      if (!isRange) {
        low.forEach((has, byte) => {
          if (has === 1) set[byte] = 1;
        });
        continue;
      }
      this.#at++;
      const [from, to] = [this.#single(low), this.#single(this.#member())];
      if (to < from) throw this.#refuse('a range that ends before it begins');
      set.fill(1, from, to + 1);
    }
    return negated ? setOf((byte) => set[byte] === 0) : set;
  }

  #member(): Uint8Array {
    const char = this.#source[this.#at++];
    if (char === undefined) throw this.#refuse('a "[" without its "]"');
    if (char === '\\') return this.#escape(true);
    const code = char.charCodeAt(0);
    if (code > 0x7f) throw this.#refuse('a character beyond ASCII between "[" and "]"');
    return only(code);
  }

  #single(set: Uint8Array): number {
    if (set.reduce((sum, has) => sum + has, 0) !== 1) throw this.#refuse('a range of more than characters');
    return set.indexOf(1);
  }

  #escape(inClass: boolean): Uint8Array {
    const char = this.#source[this.#at++];
    if (char === undefined) throw this.#refuse('a "\\" at the end');
    const known = classes[char];
    if (known !== undefined) return known;
    const control = 'tnvfr'.indexOf(char);
    if (control >= 0) return only(0x09 + control);
    if (char === 'x') {
      const digits = /^[0-9A-Fa-f]{2}/.exec(this.#source.slice(this.#at));
      if (digits === null) throw this.#refuse('\\x takes two hexadecimal digits');
      this.#at += 2;
      return only(Number.parseInt(digits[0], 16));
    }
    // What is no letter or digit stands for itself; the others may come to mean something.
    if (/[\x21-\x7e]/.test(char) && (!/\w/.test(char) || (inClass && char === '_')))
      return only(char.charCodeAt(0));
    throw this.#refuse(`\\${char} is not taken`);
  }

  #take(char: string): boolean {
    if (this.#source[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  #refuse(message: string): Error {
    return usageError(`the pattern, column ${Math.min(this.#at, this.#source.length)}: ${message}`);
  }
}

function setOf(isIn: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (isIn(byte) ? 1 : 0));
}

function only(byte: number): Uint8Array {
  return setOf((other) => other === byte);
}

function matching(pattern: RegExp): Uint8Array {
  return setOf((byte) => pattern.test(String.fromCharCode(byte)));
}

const classes: Readonly<Record<string, Uint8Array | undefined>> = {
  d: matching(/[0-9]/),
  D: matching(/[^0-9]/),
  w: matching(/\w/),
  W: matching(/\W/),
  // Of bytes: U+00A0 is two of them.
  s: matching(/[\t\n\v\f\r ]/),
  S: matching(/[^\t\n\v\f\r ]/),
};
