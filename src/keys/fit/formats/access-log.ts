import { type KeyFormat, MadeKey, shownPattern } from './format.js';

const QUOTE = 0x22;
const SPACE = 0x20;
const QUESTION = 0x3f;
const A = 0x41;
const Z = 0x5a;

/**
 * The common and combined log format: `host ident user [time] "GET /path?query HTTP/1.1" status bytes …`. The key
 * is the path, without the query; or what a regex takes out of the path with its query.
 */
export class AccessLog implements KeyFormat {
  readonly about: string;
  readonly #pattern: RegExp | null;
  readonly #made = new MadeKey();
  bytes: Buffer = this.#made.bytes;
  from = 0;
  to = 0;

  /** @param pattern with one group */
  constructor(name: string, pattern: RegExp | null) {
    this.about = `${name}, key: ${pattern === null ? 'the path' : `${shownPattern(pattern)} in the path with its query`}`;
    this.#pattern = pattern;
  }

  find(line: Buffer, start: number, end: number): boolean {
    let at = start;
    while (at < end && line[at] !== QUOTE) at++;
    at++;
    const method = at;
    while (at < end && (line[at] as number) >= A && (line[at] as number) <= Z) at++;
    if (at === method || at >= end || line[at] !== SPACE) return false;
    const from = ++at;
    let query = -1;
    for (; at < end; at++) {
      const byte = line[at] as number;
      if (byte === SPACE || byte === QUOTE) break;
      if (byte === QUESTION && query === -1) query = at;
    }
    if (this.#pattern !== null) return this.#match(line.toString('utf8', from, at), this.#pattern);
    this.bytes = line;
    this.from = from;
    this.to = query === -1 ? at : query;
    return this.to > from;
  }

  #match(target: string, pattern: RegExp): boolean {
    const key = pattern.exec(target)?.[1];
    if (key === undefined || !this.#made.set(key)) return false;
    this.bytes = this.#made.bytes;
    this.from = 0;
    this.to = this.#made.to;
    return true;
  }
}
