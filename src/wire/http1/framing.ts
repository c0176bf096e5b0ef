import type { FieldReader } from './fields.js';

/** How the end of a body is found. */
export const Framing = { none: 0, length: 1, chunked: 2, untilClose: 3 } as const;
export type Framing = (typeof Framing)[keyof typeof Framing];

/** What a head says about its response, whatever the request was. */
export interface Head {
  /** 100 to 999 */
  readonly status: number;
  readonly framing: Framing;
  /** Bytes of the body when the framing is `length`. */
  readonly bodyBytes: number;
  /** Whether the connection stays open, unless its end ends the body. */
  readonly persistent: boolean;
}

/** RFC 9112, 6.3: what frames the body. */
export function framingOf(status: number, fields: FieldReader): Framing {
  if (status < 200 || status === 204 || status === 304) return Framing.none;
  if (fields.hasTransferEncoding) return fields.chunkedLast ? Framing.chunked : Framing.untilClose;
  return fields.contentLength >= 0 ? Framing.length : Framing.untilClose;
}

/**
 * RFC 9112, 9.3: `close` wins, 1.1 persists, 1.0 only with `keep-alive`. Transfer-Encoding beside
 * Content-Length (6.3) or from HTTP/1.0 (6.1) is faulty framing, after which nothing is to be trusted.
 */
export function isPersistent(minorVersion: number, fields: FieldReader): boolean {
  if (fields.close) return false;
  if (fields.hasTransferEncoding && (fields.contentLength >= 0 || minorVersion === 0)) return false;
  return minorVersion > 0 || fields.keepAlive;
}
