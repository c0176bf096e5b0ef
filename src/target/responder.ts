import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Counters } from './counters.js';

/** A request too large to read is swallowed up to here, so that its sender gets to read why it was refused. */
const LINGER_BYTES = 16 * 2 ** 20;
const LINGER_IDLE_MS = 2_000;

const textHeaders = [
  'Content-Type',
  'text/plain; charset=utf-8',
  'X-Content-Type-Options',
  'nosniff',
] as const;

/** Writes responses, all in one way: counted, with a length, and split in two when that is asked for. */
export class Responder {
  readonly #counters: Counters;
  readonly #split: boolean;

  /** @param split write the head and the body of a response apart */
  constructor(counters: Counters, split: boolean) {
    this.#counters = counters;
    this.#split = split;
  }

  /**
   * A whole response.
   * @param headers names and values in turn; gets the Content-Length, so it is the caller's to give away
   * @param body a byte string; must be empty for a status that has none (204, 304)
   */
  send(req: IncomingMessage, res: ServerResponse, status: number, headers: string[], body: string): void {
    if (status !== 204 && status !== 304) headers.push('Content-Length', String(body.length));
    this.begin(req, res, status, headers);
    if (this.#split && body.length > 0) res.flushHeaders();
    res.end(body, 'latin1');
  }

  /** Plain text, one line. */
  text(
    req: IncomingMessage,
    res: ServerResponse,
    status: number,
    message: string,
    headers: readonly string[] = [],
  ): void {
    this.send(req, res, status, [...textHeaders, ...headers], byteString(`${message}\n`));
  }

  json(req: IncomingMessage, res: ServerResponse, status: number, value: unknown): void {
    const headers = ['Content-Type', 'application/json', 'X-Content-Type-Options', 'nosniff'];
    this.send(req, res, status, headers, byteString(`${JSON.stringify(value)}\n`));
  }

  /** The head of a response whose body the caller writes. */
  begin(req: IncomingMessage, res: ServerResponse, status: number, headers: string[]): void {
    this.#counters.countResponse(req.method ?? '', status);
    res.writeHead(status, headers);
  }

  /**
   * 413, and the end of the connection. Closing while bytes still arrive makes the kernel send a reset, which
   * may destroy the response before it is read (RFC 9112 section 9.6): so the rest is read first, within bounds.
   */
  tooLarge(req: IncomingMessage, res: ServerResponse, limit: number): void {
    const message = byteString(`the body is larger than ${limit} bytes\n`);
    const headers = [...textHeaders, 'Content-Length', String(message.length), 'Connection', 'close'];
    this.begin(req, res, 413, headers);
    res.write(message, 'latin1');
    req.socket.setTimeout(LINGER_IDLE_MS);
    let swallowed = 0;
    req.on('data', (chunk: string | Buffer) => {
      swallowed += chunk.length;
      if (swallowed > LINGER_BYTES) res.end();
    });
    req.on('end', () => res.end());
  }
}

/** Text as the bytes of its UTF-8, one char a byte. */
function byteString(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
