const decimal = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const named: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

const scratch = Buffer.alloc(8);

/** Four bytes, least significant first; null when the text is no number, or too large for 32 bits. */
export function encodeFloat(text: string, quoted: boolean): string | null {
  const value = readFloat(text, quoted);
  if (value === null || (Number.isFinite(value) && !Number.isFinite(Math.fround(value)))) return null;
  scratch.writeFloatLE(value);
  return scratch.toString('latin1', 0, 4);
}

/** Eight bytes, least significant first; null when the text is no number, or too large for 64 bits. */
export function encodeDouble(text: string, quoted: boolean): string | null {
  const value = readFloat(text, quoted);
  if (value === null) return null;
  scratch.writeDoubleLE(value);
  return scratch.toString('latin1', 0, 8);
}

/** Only in quotes may a number be none, or infinite. */
function readFloat(text: string, quoted: boolean): number | null {
  if (!decimal.test(text)) return quoted && Object.hasOwn(named, text) ? (named[text] ?? null) : null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}
