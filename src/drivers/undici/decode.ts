import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, type ZlibOptions } from 'node:zlib';

type Decoder = (data: Buffer, options: ZlibOptions) => Buffer;

/** What the driver asks for. */
export const ACCEPT_ENCODING = 'gzip, deflate, br';

const decoders: Readonly<Record<string, Decoder>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  br: brotliDecompressSync,
  // "deflate" is a zlib stream (RFC 9110 §8.4.1.2), but some servers send it bare; the first byte tells.
  deflate: (data, options) =>
    ((data[0] ?? 0) & 0x0f) === 8 ? inflateSync(data, options) : inflateRawSync(data, options),
};

/** Codings applied one over the other; more than a server has reason for is an attempt to exhaust the client. */
const MAX_CODINGS = 3;

/**
 * Gathers a compressed body and decompresses it when it is whole: on this thread, because for bodies of the
 * usual size handing them to another thread and back takes longer than inflating them.
 */
export class BodyDecoder {
  readonly #chain: readonly Decoder[];
  readonly #chunks: Buffer[] = [];

  private constructor(chain: readonly Decoder[]) {
    this.#chain = chain;
  }

  /**
   * @param contentEncoding value of the header
   * @returns null when there is nothing to decode, or a coding that was not asked for
   */
  static for(contentEncoding: string): BodyDecoder | null {
    const codings = contentEncoding.toLowerCase().split(',', MAX_CODINGS + 1);
    const chain: Decoder[] = [];
    for (const coding of codings.reverse()) {
      const name = coding.trim();
      if (name === 'identity' || name === '') continue;
      const decoder = Object.hasOwn(decoders, name) ? decoders[name] : undefined;
      if (decoder === undefined) return null;
      chain.push(decoder);
    }
    return chain.length === 0 || chain.length > MAX_CODINGS ? null : new BodyDecoder(chain);
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  /**
   * The decoded body.
   * @param maxBytes bound of each stage's output
   * @throws when it is not what its header says, is cut, or grows beyond `maxBytes`
   */
  finish(maxBytes: number): Buffer {
    let body: Buffer = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
    if (body.length === 0) return body;
    for (const decode of this.#chain) body = decode(body, { maxOutputLength: maxBytes });
    return body;
  }
}
