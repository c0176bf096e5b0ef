/** How a field's value is laid out. Source: protobuf "Encoding", Message Structure. */
export const WireType = { varint: 0, fixed64: 1, length: 2, startGroup: 3, endGroup: 4, fixed32: 5 } as const;
export type WireType = (typeof WireType)[keyof typeof WireType];

const oneByte = Array.from({ length: 128 }, (_, value) => String.fromCharCode(value));

/** A varint as a byte string. @param value an integer in [0, 2^53) */
export function varint(value: number): string {
  if (value < 0x80) return oneByte[value] as string;
  if (value < 0x4000) return String.fromCharCode((value & 0x7f) | 0x80, value >>> 7);
  let bytes = '';
  let rest = value;
  while (rest >= 0x80) {
    bytes += String.fromCharCode((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return bytes + oneByte[rest];
}

/** A varint of 64 bits; a negative value takes its ten bytes of two's complement. @param value in [−2^63, 2^64) */
export function varint64(value: bigint): string {
  let bytes = '';
  let rest = BigInt.asUintN(64, value);
  while (rest >= 0x80n) {
    bytes += String.fromCharCode(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return bytes + oneByte[Number(rest)];
}

/** What stands before a field's value. @param number of the field, in [1, 2^29) */
export function fieldHead(number: number, wireType: WireType): string {
  return varint(number * 8 + wireType);
}

/** A text or message with its length before it, both byte strings. */
export function lengthDelimited(bytes: string): string {
  return varint(bytes.length) + bytes;
}
