import type { Driver, DriverEvents, DriverOptions } from '../../core/index.js';
import { UndiciDriver } from './driver.js';

/**
 * A full HTTP client: redirects, proxies, decompression, HTTP/2 by ALPN. Slower than the wire driver, by
 * what such a client costs.
 *
 * What undici decides, and not this driver:
 * - A response `100 Continue` that was not asked for is an error to it (outcome `protocol`).
 * - A 304 with a Content-Length costs the connection, though its outcome is right.
 * - Requests pipelined behind one that failed are sent again on a new connection, as RFC 9112 §9.3.1 allows.
 * - A connection in use is looked at for bytes or an end that nobody waited for before the next request is
 *   written, one turn of the event loop later than the send.
 * - A server's `Keep-Alive: timeout=` hint is obeyed: the connection is replaced when it runs out.
 *
 * Bytes of a response are counted as undici shows it: the head as HTTP/1.1 text, the body as it came, without
 * chunk framing and before decompression. Redirects on the way are included.
 *
 * @throws ZipfireError `usage` when the options exclude each other
 */
export function createUndiciDriver(options: DriverOptions, events: DriverEvents): Driver {
  return new UndiciDriver(options, events);
}
