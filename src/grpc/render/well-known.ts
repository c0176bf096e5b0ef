import { readInteger } from './integer.js';
import { type EnumEncoding, NULL_VALUE } from './program.js';
import { fieldHead, lengthDelimited, varint, varint64, WireType } from './varint.js';

const seconds = fieldHead(1, WireType.varint);
const nanos = fieldHead(2, WireType.varint);
const path = fieldHead(1, WireType.length);

const rfc3339 =
  /^(\d{4}-(\d{2})-(\d{2}))T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:Z|([+-])(\d{2}):(\d{2}))$/;
const FIRST_SECOND = Date.parse('0001-01-01T00:00:00Z') / 1000;
const LAST_SECOND = Date.parse('9999-12-31T23:59:59Z') / 1000;

/**
 * A google.protobuf.Timestamp from RFC 3339, years 1 to 9999, any offset, up to nine digits of a second.
 * @returns the message's bytes; null when the text is none, or a day that does not exist
 */
export function encodeTimestamp(text: string): string | null {
  const match = rfc3339.exec(text);
  if (match === null) return null;
  const [, date, , day, hour, minute, second, fraction = '', sign, offsetHours, offsetMinutes] = match;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const midnightMs = Date.parse(`${date}T00:00:00Z`);
  // 30 February is taken for a day of March.
  if (Number.isNaN(midnightMs) || new Date(midnightMs).getUTCDate() !== Number(day)) return null;
  let unix = midnightMs / 1000 + Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  if (sign !== undefined) {
    if (Number(offsetHours) > 23 || Number(offsetMinutes) > 59) return null;
    const offset = Number(offsetHours) * 3600 + Number(offsetMinutes) * 60;
    unix += sign === '-' ? offset : -offset;
  }
  if (unix < FIRST_SECOND || unix > LAST_SECOND) return null;
  return secondsAndNanos(unix, Number(fraction.padEnd(9, '0')));
}

const MAX_DURATION_SECONDS = 315_576_000_000;

/**
 * A google.protobuf.Duration: `3s`, `-1.5s`, up to nine digits of a second, ±10,000 years.
 * @returns the message's bytes; null when the text is none
 */
export function encodeDuration(text: string): string | null {
  const match = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/.exec(text);
  if (match === null) return null;
  const [, minus, whole = '', fraction = ''] = match;
  const sign = minus === '-' ? -1 : 1;
  if (Number(whole) > MAX_DURATION_SECONDS) return null;
  return secondsAndNanos(sign * Number(whole), sign * Number(fraction.padEnd(9, '0')));
}

function secondsAndNanos(wholeSeconds: number, nanoseconds: number): string {
  return signed(seconds, wholeSeconds) + signed(nanos, nanoseconds);
}

function signed(head: string, value: number): string {
  if (value === 0) return '';
  return head + (value > 0 ? varint(value) : varint64(BigInt(value)));
}

/** A google.protobuf.FieldMask: names in lowerCamelCase, set apart by commas. Null when a name has a `_`. */
export function encodeFieldMask(text: string): string | null {
  if (text === '') return '';
  let bytes = '';
  for (const name of text.split(',')) {
    if (name.includes('_')) return null;
    bytes += path + lengthDelimited(name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
  }
  return bytes;
}

/** Base64, standard or URL-safe, padded or not, to bytes. Null when the text is none. */
export function encodeBase64(text: string): string | null {
  const digits = text.replace(/={1,2}$/, '');
  if (!/^[0-9A-Za-z+/_-]*$/.test(digits) || digits.length % 4 === 1) return null;
  return Buffer.from(digits, 'base64').toString('latin1');
}

/** A value of an enum, by name in quotes or by number; `null` is the one of google.protobuf.NullValue. */
export function encodeEnum(
  text: string,
  quoted: boolean,
  { name, values, open }: EnumEncoding,
): string | null {
  if (text === 'null' && !quoted && name === NULL_VALUE) return '\0';
  const value = quoted ? (Object.hasOwn(values, text) ? values[text] : undefined) : readInteger(text);
  if (typeof value !== 'number' || value < -(2 ** 31) || value >= 2 ** 31) return null;
  if (!open && !quoted && !Object.values(values).includes(value)) return null;
  return value >= 0 ? varint(value) : varint64(BigInt(value));
}
