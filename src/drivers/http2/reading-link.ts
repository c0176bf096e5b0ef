import type { ResponseFields, ResponseReader } from '../../core/index.js';
import type { ResponseHead } from '../../wire/http2/index.js';
import type { LinkParts, LinkPlace } from './link.js';
import { RequestLink } from './request-link.js';

/** A connection whose responses are shown to a reader. A class of its own, so that others do not look for one. */
export class ReadingLink extends RequestLink {
  readonly #reader: ResponseReader;
  readonly #fields = new HeadFields();

  constructor(place: LinkPlace, parts: LinkParts, maxBodyBytes: number, reader: ResponseReader) {
    super(place, parts, maxBodyBytes);
    this.#reader = reader;
  }

  override onHeaders(slot: number, head: ResponseHead): void {
    super.onHeaders(slot, head);
    this.#fields.head = head;
    this.#reader.head(this.ticketOf(slot), this.#fields);
  }

  override onData(slot: number, bytes: Buffer, from: number, to: number): void {
    // First the reader: content that is too much gives the slot to another request.
    this.#reader.content(this.ticketOf(slot), bytes, from, to);
    super.onData(slot, bytes, from, to);
  }
}

class HeadFields implements ResponseFields {
  head: Pick<ResponseHead, 'names' | 'values'> = { names: [], values: [] };

  first(name: string): string | null {
    return this.head.values[this.head.names.indexOf(name)] ?? null;
  }

  all(name: string): readonly string[] {
    const { names, values } = this.head;
    return values.filter((_, i) => names[i] === name);
  }
}
