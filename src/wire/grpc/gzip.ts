import { gunzipSync, gzipSync } from 'node:zlib';

/**
 * A message compressed, each on its own: a call has no compression context that outlives a message.
 * Level 1, the cost of a request being what is measured.
 *
 * @param message a byte string
 */
export function gzipMessage(message: string): string {
  return gzipSync(Buffer.from(message, 'latin1'), { level: 1 }).toString('latin1');
}

/** A message decompressed; null when it is no gzip, or larger than `maxBytes`. */
export function gunzipMessage(bytes: Uint8Array, maxBytes: number): Buffer | null {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch {
    return null;
  }
}
