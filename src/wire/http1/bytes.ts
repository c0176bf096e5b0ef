/** The bytes that shape an HTTP/1.1 message, and the classes of the others as look-up tables. */
export const HTAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SP = 0x20;
export const COMMA = 0x2c;
export const ZERO = 0x30;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;

/** 1 for the bytes of a token: field names are made of them (RFC 9110, 5.6.2). */
export const tokenChar = classOf((byte) => /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(byte)));

/** 1 for the bytes of a field value: visible, obs-text, SP and HTAB (RFC 9110, 5.5). Not CR, LF, NUL, DEL. */
export const valueChar = classOf((byte) => byte === HTAB || (byte >= SP && byte !== 0x7f));

/** The value of a hexadecimal digit, -1 for other bytes. */
export const hexValue = Int8Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  return /[0-9A-Fa-f]/.test(char) ? Number.parseInt(char, 16) : -1;
});

function classOf(belongs: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (belongs(byte) ? 1 : 0));
}
