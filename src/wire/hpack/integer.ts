/**
 * An integer with a prefix, RFC 7541 §5.1, as a byte string.
 *
 * @param pattern the bits of the first byte above the prefix
 * @param prefixBits 1–8
 * @param value an integer in [0, 2^53)
 */
export function encodeInteger(pattern: number, prefixBits: number, value: number): string {
  const full = (1 << prefixBits) - 1;
  if (value < full) return String.fromCharCode(pattern | value);
  let text = String.fromCharCode(pattern | full);
  let rest = value - full;
  while (rest >= 128) {
    text += String.fromCharCode((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return text + String.fromCharCode(rest);
}

/** The length of a plain string literal, §5.2, ready to stand before it: one char for each length below 127. */
const shortLengths = Array.from({ length: 127 }, (_, length) => encodeInteger(0, 7, length));

/** What stands before a plain string literal of `length` bytes. */
export function plainLength(length: number): string {
  return shortLengths[length] ?? encodeInteger(0, 7, length);
}
