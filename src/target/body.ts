import type { IncomingMessage } from 'node:http';

/**
 * Reads the body of a request as a byte string, of at most `limit` bytes.
 * Calls `done` once: with null as soon as it is known to be larger (the rest is then the caller's to read),
 * and not at all when the client goes away first.
 */
export function readBody(req: IncomingMessage, limit: number, done: (body: string | null) => void): void {
  if (Number(req.headers['content-length'] ?? 0) > limit) {
    done(null);
    return;
  }
  let body = '';
  let isOver = false;
  req.setEncoding('latin1');
  req.on('data', (chunk: string) => {
    if (isOver) return;
    if (body.length + chunk.length > limit) {
      isOver = true;
      done(null);
    } else {
      body += chunk;
    }
  });
  req.on('end', () => {
    if (!isOver) done(body);
  });
}
