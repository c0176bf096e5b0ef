import type { ResponseFields, ResponseReader } from '../../core/index.js';
import type { ResponseObserver } from '../../wire/http1/index.js';

/** Shows the responses of one connection to a reader, under the ticket whose turn it is. */
export class ReadingObserver implements ResponseObserver {
  /** The request whose response is read. */
  ticket = () => 0;
  readonly #reader: ResponseReader;
  readonly #fields = new HeadText();

  constructor(reader: ResponseReader) {
    this.#reader = reader;
  }

  head(buf: Buffer, from: number, to: number): void {
    this.#fields.set(buf, from, to);
    this.#reader.head(this.ticket(), this.#fields);
  }

  body(buf: Buffer, from: number, to: number): void {
    this.#reader.content(this.ticket(), buf, from, to);
  }
}

/** The fields of a head that was found well-formed: each line ends in CRLF, and there is an empty one at the end. */
class HeadText implements ResponseFields {
  #buf: Buffer = Buffer.of();
  #from = 0;
  #to = 0;
  #text: string | null = null;

  set(buf: Buffer, from: number, to: number): void {
    this.#buf = buf;
    this.#from = from;
    this.#to = to;
    this.#text = null;
  }

  first(name: string): string | null {
    return this.#find(name, true)[0] ?? null;
  }

  all(name: string): readonly string[] {
    return this.#find(name, false);
  }

  #find(name: string, firstOnly: boolean): string[] {
    const text = this.#text ?? this.#buf.toString('latin1', this.#from, this.#to);
    this.#text = text;
    const found: string[] = [];
    // The status line is the first; a name begins after the end of a line.
    for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n', end + 2)) {
      const start = end + 2;
      const colon = start + name.length;
      if (text.charCodeAt(colon) !== COLON || text.slice(start, colon).toLowerCase() !== name) continue;
      found.push(valueAt(text, colon + 1));
      if (firstOnly) break;
    }
    return found;
  }
}

const COLON = 0x3a;

/** A value, with what an obsolete line folding goes on with (RFC 9112, section 5.2). */
function valueAt(text: string, from: number): string {
  let end = text.indexOf('\r\n', from);
  while (text[end + 2] === ' ' || text[end + 2] === '\t') end = text.indexOf('\r\n', end + 2);
  return text
    .slice(from, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .replace(/^[ \t]+|[ \t]+$/g, '');
}
