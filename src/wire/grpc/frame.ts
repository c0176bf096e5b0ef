/** Bytes before each message: the compressed flag, and the length as 32 bits, most significant first. */
export const PREFIX_BYTES = 5;

/** The prefixes of short messages, which most are: the same few strings for all calls. */
const short = Array.from({ length: 1024 }, (_, length) => prefix(length, 0));

/**
 * The prefix of a message, as a byte string. Source: gRPC "PROTOCOL-HTTP2", Length-Prefixed-Message.
 * @param length of the message as it is sent, bytes; < 2^32
 */
export function messagePrefix(length: number, compressed = false): string {
  if (!compressed && length < short.length) return short[length] as string;
  return prefix(length, compressed ? 1 : 0);
}

function prefix(length: number, flag: number): string {
  return String.fromCharCode(
    flag,
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
