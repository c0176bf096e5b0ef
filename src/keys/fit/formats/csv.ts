import { type KeyFormat, MadeKey } from './format.js';

const QUOTE = 0x22;

/**
 * Columns with a delimiter between them; a cell may stand in double quotes, doubled where they are part of it (RFC
 * 4180). A cell does not hold a line break: a line that ends within quotes has no key.
 */
export class Csv implements KeyFormat {
  readonly about: string;
  readonly headers: number;
  readonly #delimiter: number;
  readonly #column: number;
  readonly #made = new MadeKey();
  #isHeaderNext: boolean;
  bytes: Buffer = this.#made.bytes;
  from = 0;
  to = 0;

  /** @param column counted from 0 */
  constructor(delimiter: string, column: number, header: string | null) {
    const name =
      delimiter === ',' ? 'CSV' : delimiter === '\t' ? 'tab-separated values' : `CSV with "${delimiter}"`;
    this.about = `${name}, key: column ${header ?? column + 1}`;
    this.headers = header === null ? 0 : 1;
    this.#delimiter = delimiter.charCodeAt(0);
    this.#column = column;
    this.#isHeaderNext = header !== null;
  }

  find(line: Buffer, start: number, end: number): boolean {
    if (this.#isHeaderNext) {
      this.#isHeaderNext = false;
      return false;
    }
    let at = start;
    for (let column = 0; at <= end; column++) {
      const isQuoted = at < end && line[at] === QUOTE;
      const cellEnd = isQuoted ? this.#endOfQuoted(line, at, end) : this.#endOfPlain(line, at, end);
      if (cellEnd === -1) return false;
      if (column === this.#column)
        return isQuoted ? this.#unquote(line, at, cellEnd) : this.#set(line, at, cellEnd);
      at = cellEnd + 1;
    }
    return false;
  }

  #endOfPlain(line: Buffer, from: number, end: number): number {
    let at = from;
    while (at < end && line[at] !== this.#delimiter) at++;
    return at;
  }

  #endOfQuoted(line: Buffer, from: number, end: number): number {
    for (let at = from + 1; at < end; at++) {
      if (line[at] !== QUOTE) continue;
      if (at + 1 < end && line[at + 1] === QUOTE) at++;
      else return at + 1 === end || line[at + 1] === this.#delimiter ? at + 1 : -1;
    }
    return -1;
  }

  #unquote(line: Buffer, from: number, to: number): boolean {
    const inner = line.toString('utf8', from + 1, to - 1);
    if (!inner.includes('""')) return this.#set(line, from + 1, to - 1);
    this.#made.set(inner.replaceAll('""', '"'));
    return this.#set(this.#made.bytes, 0, this.#made.to);
  }

  #set(bytes: Buffer, from: number, to: number): boolean {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    return to > from;
  }
}
