import { gunzipSync } from 'node:zlib';
import { type Failure, fail } from './status.js';

/** A flag, and the length of the message in 4 bytes (PROTOCOL-HTTP2, "Length-Prefixed-Message"). */
const PREFIX_BYTES = 5;

/** Cuts the messages of a call out of its body, and keeps both their size and their unpacked size in bounds. */
export class MessageReader {
  readonly #maxBytes: number;
  readonly #isGzip: boolean;
  #chunks: Buffer[] = [];
  #buffered = 0;
  /** Bytes the next message takes with its prefix, once the prefix is there; before that the prefix alone. */
  #needed = PREFIX_BYTES;

  /** @param isGzip what the call says its messages are compressed with, if they are */
  constructor(maxBytes: number, isGzip: boolean) {
    this.#maxBytes = maxBytes;
    this.#isGzip = isGzip;
  }

  /** Nothing is left of a message that is not whole. */
  get isEmpty(): boolean {
    return this.#buffered === 0;
  }

  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
  }

  /** The next message; null when more bytes are needed, a failure when the call cannot go on. */
  next(): Buffer | Failure | null {
    if (this.#buffered < this.#needed) return null;
    const bytes = this.#joined();
    const length = bytes.readUInt32BE(1);
    if (length > this.#maxBytes) return this.#tooLarge();
    this.#needed = PREFIX_BYTES + length;
    if (bytes.length < this.#needed) return null;

    const message = bytes.subarray(PREFIX_BYTES, this.#needed);
    const rest = bytes.subarray(this.#needed);
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#buffered = rest.length;
    this.#needed = PREFIX_BYTES;
    switch (bytes[0]) {
      case 0:
        return message;
      case 1:
        return this.#isGzip
          ? this.#unpack(message)
          : fail('INTERNAL', 'compressed, but without grpc-encoding');
      default:
        return fail('INTERNAL', `a message begins with ${bytes[0]}`);
    }
  }

  #joined(): Buffer {
    const [first] = this.#chunks;
    if (this.#chunks.length === 1 && first !== undefined) return first;
    const bytes = Buffer.concat(this.#chunks, this.#buffered);
    this.#chunks = [bytes];
    return bytes;
  }

  #unpack(message: Buffer): Buffer | Failure {
    try {
      return gunzipSync(message, { maxOutputLength: this.#maxBytes });
    } catch (error) {
      // Bad data makes zlib throw an Error; only what unpacks to too much makes it a RangeError.
      return error instanceof RangeError ? this.#tooLarge() : fail('INTERNAL', 'a message is not gzip');
    }
  }

  #tooLarge(): Failure {
    return fail('RESOURCE_EXHAUSTED', `a message is larger than ${this.#maxBytes} bytes`);
  }
}
