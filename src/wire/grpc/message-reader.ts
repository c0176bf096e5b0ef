import { Pieces } from '../http1/pieces.js';
import { type MessageError, messageErrors } from './errors.js';
import { PREFIX_BYTES } from './frame.js';

/**
 * Takes a whole message, `bytes[from, to)`, gone after the call.
 * @param compressed whether it is, by the encoding that the response names
 */
export type MessageSink = (bytes: Buffer, from: number, to: number, compressed: boolean) => void;

/** A load client asks for few large messages; grpc-go and grpc-java refuse more than 4 MiB by default too. */
export const DEFAULT_MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

export interface MessageReaderOptions {
  /** Largest message taken, bytes, without its prefix. Default 4 MiB. */
  readonly maxMessageBytes?: number;
  /** Without one, messages are counted and not kept: nothing is copied. */
  readonly sink?: MessageSink;
}

/**
 * Finds the length-prefixed messages in the DATA of one response. Where DATA is cut means nothing: a piece may
 * hold many messages, or one byte of a prefix. Source: gRPC "PROTOCOL-HTTP2", Length-Prefixed-Message.
 *
 * With a sink, a message that came in one piece is handed on where it lies; only one that was cut is copied,
 * as it arrives, so that a length alone takes no memory.
 */
export class MessageReader {
  /** Whole messages since `reset`. */
  messages = 0;
  /** Set when the response cannot be read on; everything after it is ignored. */
  error: MessageError | null = null;

  readonly #maxMessageBytes: number;
  readonly #sink: MessageSink | null;
  #encoded = false;
  #compressed = false;
  /** Bytes of the prefix that were read; 0 between messages. */
  #prefix = 0;
  #length = 0;
  /** Bytes of the message that were read. */
  #taken = 0;
  readonly #pieces = new Pieces();

  constructor({ maxMessageBytes = DEFAULT_MAX_MESSAGE_BYTES, sink }: MessageReaderOptions = {}) {
    this.#maxMessageBytes = maxMessageBytes;
    this.#sink = sink ?? null;
  }

  /** Begins a response. @param encoded whether it names a `grpc-encoding` other than identity */
  reset(encoded = false): void {
    this.messages = 0;
    this.error = null;
    this.#encoded = encoded;
    this.#prefix = 0;
    this.#pieces.clear();
  }

  /** Reads `bytes[from, to)`. */
  feed(bytes: Buffer, from: number, to: number): void {
    let at = from;
    while (at < to && this.error === null) {
      if (this.#prefix < PREFIX_BYTES) {
        at = this.#readPrefix(bytes, at, to);
        if (this.#prefix < PREFIX_BYTES || this.error !== null) return;
      }
      const end = Math.min(to, at + this.#length - this.#taken);
      this.#readMessage(bytes, at, end);
      at = end;
    }
  }

  /** The response is over. @returns the error, which may be that it ended too early */
  end(): MessageError | null {
    if (this.error === null && this.#prefix > 0) this.error = messageErrors.cut;
    return this.error;
  }

  #readPrefix(bytes: Buffer, from: number, to: number): number {
    let at = from;
    for (; at < to && this.#prefix < PREFIX_BYTES; at++) {
      const byte = bytes[at] as number; // at < to, within the buffer
      if (this.#prefix === 0) {
        this.#readFlag(byte);
        this.#length = 0;
      } else {
        this.#length = this.#length * 256 + byte;
      }
      this.#prefix++;
    }
    if (this.#prefix === PREFIX_BYTES) {
      this.#taken = 0;
      if (this.#length > this.#maxMessageBytes) this.error ??= messageErrors.tooLarge;
    }
    return at;
  }

  #readFlag(byte: number): void {
    this.#compressed = byte === 1;
    if (byte > 1) this.error = messageErrors.flag;
    else if (this.#compressed && !this.#encoded) this.error = messageErrors.unasked;
  }

  /** Takes what is there of a message; it may be nothing, for a message without bytes. */
  #readMessage(bytes: Buffer, from: number, to: number): void {
    const whole = this.#taken + to - from === this.#length;
    if (this.#sink === null) {
      this.#taken += to - from;
    } else if (whole && this.#taken === 0) {
      this.#sink(bytes, from, to, this.#compressed);
    } else {
      this.#pieces.add(bytes, from, to);
      this.#taken += to - from;
      if (whole) {
        this.#sink(this.#pieces.bytes, 0, this.#pieces.length, this.#compressed);
        this.#pieces.clear();
      }
    }
    if (!whole) return;
    this.messages++;
    this.#prefix = 0;
  }
}
