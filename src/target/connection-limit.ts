import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Ends every connection with its response number `limit`. Node's own `maxRequestsPerSocket` says
 * `Connection: close` and leaves the connection open; RFC 9112 section 9.6 has the server close it, and do
 * nothing about requests that were pipelined behind.
 */
export function limitRequests(limit: number, listener: RequestListener): RequestListener {
  if (limit === 0) return listener;
  const counts = new WeakMap<Socket, number>();
  return (req, res) => {
    const count = (counts.get(req.socket) ?? 0) + 1;
    counts.set(req.socket, count);
    if (count > limit) return;
    if (count === limit) res.shouldKeepAlive = false;
    listener(req, res);
  };
}
