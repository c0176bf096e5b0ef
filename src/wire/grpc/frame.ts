/** Bytes before each message: the compressed flag, and the length as 32 bits, most significant first. */
export const PREFIX_BYTES = 5;

/**
 * The prefix of a message, as a byte string. Source: gRPC "PROTOCOL-HTTP2", Length-Prefixed-Message.
 * @param length of the message as it is sent, bytes; < 2^32
 */
export function messagePrefix(length: number, compressed = false): string {
  return String.fromCharCode(
    compressed ? 1 : 0,
    length >>> 24,
    (length >>> 16) & 0xff,
    (length >>> 8) & 0xff,
    length & 0xff,
  );
}

/** A message with its prefix, both byte strings. */
export function frameMessage(message: string, compressed = false): string {
  return messagePrefix(message.length, compressed) + message;
}
