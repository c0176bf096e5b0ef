const MOST_OF_A_LITERAL = 1 << 16;

/**
 * Bytes in Snappy's block format, every one of them a literal: whoever reads the format reads this. What is sent once
 * a second is some kilobytes.
 *
 * Source: https://github.com/google/snappy/blob/main/format_description.txt
 */
export function snappyLiterals(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [varint(bytes.length)];
  for (let at = 0; at < bytes.length; at += MOST_OF_A_LITERAL) {
    const literal = bytes.subarray(at, at + MOST_OF_A_LITERAL);
    const last = literal.length - 1;
    // Lengths of one to 60 stand in the tag; 61 says that two bytes of length follow.
    parts.push(
      last < 60 ? Uint8Array.of(last << 2) : Uint8Array.of(61 << 2, last & 0xff, last >> 8),
      literal,
    );
  }
  return Buffer.concat(parts);
}

/** @param value below 2^31 */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  return Uint8Array.from([...bytes, rest]);
}
