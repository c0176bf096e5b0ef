import { escapeText, usageError } from '../core/index.js';

/** A token of a gate, and where it stands in the source, in UTF-16 units from 0. */
export interface Token {
  readonly text: string;
  readonly at: number;
}

/** Tokens in the order they are tried. A percentile's point belongs to its name, and so do the brackets of a part of an operation. */
const tokenPattern =
  /p\d+(?:\.\d+)?(?![\w-])|[a-z_][\w-]*(?:\[[^[\]]*\])*|[<>=!]=|=[<>]|<>|[<>=≤≥.]|\([^()]*\)/iy;
const space = /\s*/y;

/** The text of a gate, read from left to right. It knows how to point at a place in itself. */
export class GateSource {
  readonly text: string;
  #at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** The next token without taking it; null at the end, and where no token begins. */
  peek(): Token | null {
    space.lastIndex = this.#at;
    space.exec(this.text);
    tokenPattern.lastIndex = space.lastIndex;
    const match = tokenPattern.exec(this.text);
    return match === null ? null : { text: match[0], at: match.index };
  }

  next(): Token | null {
    const token = this.peek();
    if (token !== null) this.#at = token.at + token.text.length;
    return token;
  }

  /** Takes a word where it is next, in any case; one that a point or a parenthesis follows is a name. */
  takeWord(word: string): boolean {
    const token = this.peek();
    if (token?.text.toLowerCase() !== word) return false;
    const end = token.at + token.text.length;
    if (!/^(?:\s|$)/.test(this.text.slice(end, end + 1))) return false;
    this.#at = end;
    return true;
  }

  /** Everything before a word that stands by itself, or everything that is left. */
  until(word: string): Token {
    const start = this.#at;
    const rest = this.rest();
    const at = rest.text.search(new RegExp(`(?:^|\\s)${word}(?=\\s|$)`, 'i'));
    if (at < 0) return rest;
    this.#at = Math.max(start, rest.at + at);
    return { text: rest.text.slice(0, at).trimEnd(), at: rest.at };
  }

  /** Everything that is left, as one token; it may be empty. */
  rest(): Token {
    space.lastIndex = this.#at;
    space.exec(this.text);
    const at = space.lastIndex;
    this.#at = this.text.length;
    return { text: this.text.slice(at), at };
  }

  /** An error that shows the gate with carets under `token`. */
  error(message: string, token: Token): Error {
    const shown = escapeText(this.text);
    // Escapes take more room than what they stand for; carets are set under what is shown.
    const before = [...escapeText(this.text.slice(0, token.at))].length;
    const width = Math.max(1, [...escapeText(token.text)].length);
    return usageError(`${message}\n  ${shown}\n  ${' '.repeat(before)}${'^'.repeat(width)}`);
  }
}
