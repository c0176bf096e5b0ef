import { varint, varint64 } from './varint.js';

const written = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/;
/** No 64-bit integer has more, and more would make an integer of any size. */
const MAX_DIGITS = 20;
/** Nobody writes one longer, and each character costs. */
const MAX_LENGTH = 64;

/**
 * The integer a decimal text is, exactly: `7`, `-7`, `18446744073709551615`, `1.50e1`. A number where that is
 * exact, else a bigint.
 * @returns null when the text is no number, or no whole one, or longer than any of 64 bits
 */
export function readInteger(text: string): number | bigint | null {
  const { length } = text;
  if (length > 0 && length < 16) {
    const negative = text.charCodeAt(0) === 0x2d;
    let value = 0;
    let at = negative ? 1 : 0;
    let good = at < length;
    for (; at < length; at++) {
      const digit = text.charCodeAt(at) - 0x30;
      if (digit < 0 || digit > 9) {
        good = false;
        break;
      }
      value = value * 10 + digit;
    }
    if (good) return negative ? 0 - value : value;
  }
  return readAnyInteger(text);
}

function readAnyInteger(text: string): number | bigint | null {
  const match = text.length <= MAX_LENGTH ? written.exec(text) : null;
  if (match === null) return null;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = (whole + fraction).replace(/^0+/, '').replace(/0+$/, '');
  if (digits === '') return 0;
  const trailing = (whole + fraction).length - (whole + fraction).replace(/0+$/, '').length;
  const zeros = trailing - fraction.length + Number(exponent);
  if (zeros < 0 || digits.length + zeros > MAX_DIGITS) return null;
  const value = BigInt(`${sign}${digits}${'0'.repeat(zeros)}`);
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** Makes the bytes of a whole number, or gives null when it is out of range. */
export type IntegerEncoder = (value: number | bigint) => string | null;

/** A varint with the sign in the highest bit: int32, int64, uint32, uint64, enums. */
export function plainVarint(min: bigint, max: bigint): IntegerEncoder {
  return ranged(min, max, (value) =>
    typeof value === 'number' && value >= 0 ? varint(value) : varint64(BigInt(value)),
  );
}

/** A varint with the sign in the lowest bit: sint32, sint64. */
export function zigzagVarint(min: bigint, max: bigint): IntegerEncoder {
  return ranged(min, max, (value) => {
    if (typeof value === 'number' && Math.abs(value) < 2 ** 51) {
      return varint(value < 0 ? -value * 2 - 1 : value * 2);
    }
    const wide = BigInt(value);
    return varint64(wide < 0n ? -wide * 2n - 1n : wide * 2n);
  });
}

/** Four bytes, least significant first: fixed32, sfixed32. */
export function fixed32(min: bigint, max: bigint): IntegerEncoder {
  return ranged(min, max, (value) => fourBytes(Number(value)));
}

/** Eight bytes, least significant first: fixed64, sfixed64. */
export function fixed64(min: bigint, max: bigint): IntegerEncoder {
  return ranged(min, max, (value) => {
    if (typeof value === 'number') return fourBytes(value) + fourBytes(Math.floor(value / 2 ** 32));
    return fourBytes(Number(BigInt.asUintN(32, value))) + fourBytes(Number(BigInt.asUintN(32, value >> 32n)));
  });
}

function fourBytes(value: number): string {
  return String.fromCharCode(
    value & 0xff,
    (value >>> 8) & 0xff,
    (value >>> 16) & 0xff,
    (value >>> 24) & 0xff,
  );
}

/** Numbers are compared as numbers: a bound beyond 2^53 rounds to a power of two that no exact number reaches. */
function ranged(min: bigint, max: bigint, encode: (value: number | bigint) => string): IntegerEncoder {
  const minNumber = Number(min);
  const maxNumber = Number(max);
  return (value) => {
    const inRange =
      typeof value === 'number' ? value >= minNumber && value <= maxNumber : value >= min && value <= max;
    return inRange ? encode(value) : null;
  };
}
