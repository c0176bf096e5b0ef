/**
 * Protocol Buffers' wire format (protobuf.dev/programming-guides/encoding), as much of it as the target speaks.
 * What is written are byte strings (one char, 0–255, a byte), what is read are buffers.
 */
export const WireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** Bytes that are no message. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

const MAX_VARINT_BYTES = 10;
const MAX_FIELD_NUMBER = 2 ** 29 - 1;

/** @param value an integer in ±(2^53 − 1); a negative one takes 10 bytes, those of its 64-bit two's complement */
export function writeVarint(value: number): string {
  if (value >= 0 && value < 0x80) return String.fromCharCode(value);
  let bytes = '';
  if (value < 0) {
    for (let rest = BigInt.asUintN(64, BigInt(value)); ; rest >>= 7n) {
      if (rest < 0x80n) return bytes + String.fromCharCode(Number(rest));
      bytes += String.fromCharCode(Number(rest & 0x7fn) | 0x80);
    }
  }
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes += String.fromCharCode((rest % 0x80) | 0x80);
  return bytes + String.fromCharCode(rest);
}

export function writeTag(number: number, wireType: number): string {
  return writeVarint(number * 8 + wireType);
}

/** Reads one message, field by field. Everything in it throws a WireError for what is malformed. */
export class Reader {
  readonly #bytes: Buffer;
  #position = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#bytes.length;
  }

  /** The next field's number and wire type. */
  tag(): { number: number; wireType: number } {
    const tag = this.varint();
    const number = Math.floor(tag / 8);
    if (number < 1 || number > MAX_FIELD_NUMBER) throw new WireError(`there is no field number ${number}`);
    return { number, wireType: tag % 8 };
  }

  /** As a signed 64-bit integer; beyond 2^53 only its magnitude is right. */
  varint(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    let low = first & 0x7f;
    let high = 0;
    for (let i = 1; i < MAX_VARINT_BYTES; i++) {
      const byte = this.#byte();
      // Four groups of 7 bits in the lower half, the other six in the upper one.
      if (i < 4) low |= (byte & 0x7f) << (7 * i);
      else high += (byte & 0x7f) * 2 ** (7 * (i - 4));
      if (byte < 0x80) {
        const value = high * 2 ** 28 + low;
        return high < 2 ** 35 ? value : Number(BigInt.asIntN(64, BigInt(high) * 2n ** 28n + BigInt(low)));
      }
    }
    throw new WireError('a number has more than 10 bytes');
  }

  /** A length and so many bytes: a view, not a copy. */
  bytes(): Buffer {
    const length = this.varint();
    const start = this.#position;
    if (!(length >= 0 && length <= this.#bytes.length - start)) throw new WireError('a field is cut off');
    this.#position += length;
    return this.#bytes.subarray(start, this.#position);
  }

  /** Passes over the value of a field that is not known. */
  skip(wireType: number): void {
    switch (wireType) {
      case WireType.varint:
        this.varint();
        break;
      case WireType.fixed64:
        this.#pass(8);
        break;
      case WireType.bytes:
        this.bytes();
        break;
      case WireType.fixed32:
        this.#pass(4);
        break;
      default:
        throw new WireError(`there is no wire type ${wireType} here`);
    }
  }

  #pass(count: number): void {
    if (count > this.#bytes.length - this.#position) throw new WireError('a field is cut off');
    this.#position += count;
  }

  #byte(): number {
    const byte = this.#bytes[this.#position++];
    if (byte === undefined) throw new WireError('a number is cut off');
    return byte;
  }
}
