import type { Dispatcher } from 'undici';
import type { ResponseFields } from '../../core/index.js';

type RawHeaders = Dispatcher.DispatchController['rawHeaders'];

/** The fields of a response as undici gives them: a flat list over HTTP/1.1, names and values over HTTP/2. */
export class RawFields implements ResponseFields {
  readonly #raw: RawHeaders;

  constructor(raw: RawHeaders) {
    this.#raw = raw;
  }

  first(name: string): string | null {
    return this.all(name)[0] ?? null;
  }

  all(name: string): readonly string[] {
    const raw = this.#raw;
    if (raw === null || raw === undefined) return [];
    if (!Array.isArray(raw)) {
      const value = Object.entries(raw).find(([other]) => other.toLowerCase() === name)?.[1];
      return [value ?? []].flat().map(byteText);
    }
    const found: string[] = [];
    for (let i = 0; i + 1 < raw.length; i += 2) {
      const [key, value] = [raw[i], raw[i + 1]];
      if (key !== undefined && value !== undefined && byteText(key).toLowerCase() === name)
        found.push(byteText(value));
    }
    return found;
  }
}

/** A byte string. */
function byteText(text: string | Buffer): string {
  if (typeof text !== 'string') return text.toString('latin1');
  return /[\u0100-\uffff]/.test(text) ? Buffer.from(text).toString('latin1') : text;
}
