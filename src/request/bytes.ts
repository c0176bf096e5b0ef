/**
 * A text as a byte string: its UTF-8 bytes, one char (0–255) each. Then its length is its size on the wire,
 * and a socket writes it as latin1 without looking at it again.
 */
export function byteString(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

/** Percent-encodes whatever may not stand in a request target, and leaves its reserved characters alone. */
export function encodeTarget(text: string): string {
  return encodeTargetBytes(byteString(text));
}

/** The same of a byte string. */
export function encodeTargetBytes(bytes: string): string {
  return bytes.replace(/%(?![0-9A-Fa-f]{2})|[^\w\-.~:/?#[\]@!$&'()*+,;=%]/g, percentEncode);
}

/** What a data value may hold in a request target as it is: the unreserved characters of RFC 3986, section 2.3. */
const NOT_UNRESERVED = /[^\w\-.~]/g;

/**
 * A byte string as one value of a request target, so that a server decodes just that value, whatever is in it:
 * also `/`, `&` and `%`.
 */
export function encodeComponentBytes(bytes: string): string {
  return bytes.replace(NOT_UNRESERVED, percentEncode);
}

function percentEncode(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
