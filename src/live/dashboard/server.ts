import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { usageError } from '../../core/index.js';
import { liveEvents } from '../../report/html/live-data.js';
import { type ListenAddress, urlOf } from './address.js';
import { Guard, type Refusal } from './guard.js';
import { eventText } from './subscribers.js';

const MOST_CONNECTIONS = 64;
const REQUEST_TIMEOUT_MS = 10_000;

/** Of every answer: nothing of it is kept, framed, guessed at or told to others. */
const headers = {
  'cache-control': 'no-store',
  'content-security-policy': "frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** What the server of a page answers with. */
export interface PageAnswers {
  readonly page: () => string;
  /** Takes a response whose head is written, of an event stream. False: there are too many. */
  readonly events: (response: ServerResponse) => boolean;
}

export interface PageServer {
  /** Without the token. */
  readonly url: string;
  /** Ends it and all its connections. */
  readonly close: () => Promise<void>;
}

/**
 * Serves one page and its events. It does not keep the process alive.
 * Rejects with a ZipfireError `usage` where the address cannot be listened on.
 */
export async function servePage(
  { host, port }: ListenAddress,
  token: string,
  answers: PageAnswers,
): Promise<PageServer> {
  const guard = new Guard(host, token);
  const server = createServer((request, response) => answer(request, response, guard, answers));
  server.maxConnections = MOST_CONNECTIONS;
  server.headersTimeout = REQUEST_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  await listening(server, host, port);
  server.unref();
  const address = server.address();
  return {
    url: urlOf(host, typeof address === 'object' && address !== null ? address.port : port),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? `port ${port} is in use` : error.message;
      reject(usageError(`--dashboard: ${why}`, 'without a port, --dashboard takes one that is free'));
    });
    server.listen({ host, port }, resolve);
  });
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  guard: Guard,
  answers: PageAnswers,
): void {
  const path = (request.url ?? '').replace(/\?.*$/s, '');
  const found = path === '/' || path === '/events';
  const refusal: Refusal | null =
    guard.refusal(request) ?? (found ? null : { status: 404, text: 'there is / and /events' });
  if (refusal !== null) {
    refuse(response, refusal.status, refusal.text);
    return;
  }
  const isHead = request.method === 'HEAD';
  if (path === '/') {
    response.writeHead(200, { ...headers, 'content-type': 'text/html; charset=utf-8' });
    response.end(isHead ? undefined : answers.page());
    return;
  }
  response.writeHead(200, { ...headers, 'content-type': 'text/event-stream; charset=utf-8' });
  if (isHead) response.end();
  else if (!answers.events(response)) response.end(eventText(liveEvents.busy, {}));
}

function refuse(response: ServerResponse, status: number, text: string): void {
  const allow = status === 405 ? { allow: 'GET, HEAD' } : {};
  response.writeHead(status, {
    ...headers,
    ...allow,
    'content-type': 'text/plain; charset=utf-8',
    connection: 'close',
  });
  response.end(`${text}\n`);
}
