import { encodeDouble, encodeFloat } from './float.js';
import { fixed32, fixed64, type IntegerEncoder, plainVarint, readInteger, zigzagVarint } from './integer.js';
import type { Encoding, EnumEncoding } from './program.js';
import { WireType } from './varint.js';
import { encodeBase64, encodeDuration, encodeEnum, encodeFieldMask, encodeTimestamp } from './well-known.js';

/** Makes the bytes of a value out of its text. */
export interface Encoder {
  /** What it takes, for errors. */
  readonly expected: string;
  readonly wireType: WireType;
  /** The value's bytes when it is not set. */
  readonly zero: string;
  /**
   * @param text a byte string
   * @param quoted whether it is a JSON string, or a number or word
   * @returns the value's bytes without their length; null when the text does not fit
   */
  encode(text: string, quoted: boolean): string | null;
}

const INT32 = [-(2n ** 31n), 2n ** 31n - 1n] as const;
const INT64 = [-(2n ** 63n), 2n ** 63n - 1n] as const;
const UINT32 = [0n, 2n ** 32n - 1n] as const;
const UINT64 = [0n, 2n ** 64n - 1n] as const;

const encoders: Readonly<Record<Exclude<Encoding, EnumEncoding>, Encoder>> = {
  double: { expected: 'double', wireType: WireType.fixed64, zero: '\0'.repeat(8), encode: encodeDouble },
  float: { expected: 'float', wireType: WireType.fixed32, zero: '\0'.repeat(4), encode: encodeFloat },
  int32: integer('int32', WireType.varint, plainVarint(...INT32)),
  int64: integer('int64', WireType.varint, plainVarint(...INT64)),
  uint32: integer('uint32', WireType.varint, plainVarint(...UINT32)),
  uint64: integer('uint64', WireType.varint, plainVarint(...UINT64)),
  sint32: integer('sint32', WireType.varint, zigzagVarint(...INT32)),
  sint64: integer('sint64', WireType.varint, zigzagVarint(...INT64)),
  fixed32: integer('fixed32', WireType.fixed32, fixed32(...UINT32)),
  fixed64: integer('fixed64', WireType.fixed64, fixed64(...UINT64)),
  sfixed32: integer('sfixed32', WireType.fixed32, fixed32(...INT32)),
  sfixed64: integer('sfixed64', WireType.fixed64, fixed64(...INT64)),
  bool: {
    expected: 'bool',
    wireType: WireType.varint,
    zero: '\0',
    encode: (text, quoted) => {
      if (quoted) return null;
      return text === 'true' ? '\x01' : text === 'false' ? '\0' : null;
    },
  },
  string: {
    expected: 'string',
    wireType: WireType.length,
    zero: '',
    encode: (text, quoted) => (quoted ? text : null),
  },
  bytes: inQuotes('bytes as base64', encodeBase64),
  timestamp: inQuotes('google.protobuf.Timestamp such as "2024-02-29T12:00:00.5Z"', encodeTimestamp),
  duration: inQuotes('google.protobuf.Duration such as "1.5s"', encodeDuration),
  fieldMask: inQuotes('google.protobuf.FieldMask such as "user.displayName,photo"', encodeFieldMask),
};

/** The encoder of an encoding. An enum's is made anew. */
export function encoderOf(encoding: Encoding): Encoder {
  if (typeof encoding === 'string') return encoders[encoding];
  const { name, values } = encoding;
  return {
    expected: `enum ${name} (${namesOf(values)})`,
    wireType: WireType.varint,
    zero: '\0',
    encode: (text, quoted) => encodeEnum(text, quoted, encoding),
  };
}

function integer(expected: string, wireType: WireType, encodeInteger: IntegerEncoder): Encoder {
  return {
    expected,
    wireType,
    zero: encodeInteger(0) ?? '',
    encode: (text) => {
      const value = readInteger(text);
      return value === null ? null : encodeInteger(value);
    },
  };
}

function inQuotes(expected: string, encode: (text: string) => string | null): Encoder {
  return {
    expected,
    wireType: WireType.length,
    zero: '',
    encode: (text, quoted) => (quoted ? encode(text) : null),
  };
}

const MAX_NAMES = 8;

function namesOf(values: Readonly<Record<string, number>>): string {
  const names = Object.keys(values);
  return names.slice(0, MAX_NAMES).join(', ') + (names.length > MAX_NAMES ? ', …' : '');
}
