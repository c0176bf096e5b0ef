import { constants } from 'node:crypto';
import { once } from 'node:events';
import http2, { type Http2Server, type ServerHttp2Session } from 'node:http2';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { OpenSockets } from './open-sockets.js';

/** A server that treats its connections in a way of its own. */
export interface OddServer {
  readonly port: number;
  /** Connections that came about, and requests of HTTP/1.1 that were read. */
  readonly seen: { connections: number; requests: number };
  /** Resolves when every connection is closed. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** How a server of HTTP/1.1 treats connections; all of it left out: as it should. */
export interface Http1Oddity {
  /** Requests that a connection carries. */
  readonly requests?: number;
  /** How it ends then: said in the response, by a FIN or RST behind it, or it just stops answering. */
  readonly end?: 'announced' | 'http10' | 'fin' | 'rst' | 'silence';
  readonly idleMs?: number;
  /** How idleness ends; `reset-on-use`: nothing happens until the next request, which is reset. Default: `fin`. */
  readonly idleBy?: 'fin' | 'rst' | 'silence' | 'reset-on-use';
  /** Of the Keep-Alive field. */
  readonly hint?: string;
  /** On all but the first requests of a connection, the body waits so long behind the head. */
  readonly reusedGapMs?: number;
  readonly tls?: TlsOptions;
}

const RESET_AFTER_MS = 20;
const REQUEST_END = '\r\n\r\n';

/** Reads requests without a body, and with one that comes whole behind its head. */
export async function listenOdd(oddity: Http1Oddity = {}): Promise<OddServer> {
  const seen = { connections: 0, requests: 0 };
  const serve = (socket: Socket) => {
    seen.connections++;
    converse(socket, oddity, seen);
  };
  const { tls } = oddity;
  return listen(
    tls === undefined ? createServer({ noDelay: true }, serve) : createTlsServer(tls, serve),
    seen,
  );
}

function converse(socket: Socket, oddity: Http1Oddity, seen: OddServer['seen']): void {
  const { requests = Number.POSITIVE_INFINITY, end = 'announced', idleMs, idleBy = 'fin' } = oddity;
  let served = 0;
  let text = '';
  let deaf = false;
  let resetting = false;
  let timer: NodeJS.Timeout | undefined;
  socket.on('close', () => clearTimeout(timer));
  socket.on('error', () => {});
  socket.on('data', (bytes) => {
    if (deaf) return;
    if (resetting) return reset(socket);
    clearTimeout(timer);
    text += bytes.toString('latin1');
    for (let at = text.indexOf(REQUEST_END); at >= 0; at = text.indexOf(REQUEST_END)) {
      const length = Number(/content-length: (\d+)/.exec(text.slice(0, at))?.[1] ?? 0);
      if (text.length < at + REQUEST_END.length + length) return;
      text = text.slice(at + REQUEST_END.length + length);
      served++;
      seen.requests++;
      answer();
    }
  });
  function answer(): void {
    const last = served >= requests;
    const version = end === 'http10' ? '1.0' : '1.1';
    const fields = [
      'content-length: 2',
      ...(oddity.hint === undefined ? [] : [`keep-alive: ${oddity.hint}`]),
      ...(last && end === 'announced' ? ['connection: close'] : []),
    ];
    const head = `HTTP/${version} 200 OK\r\n${fields.join('\r\n')}\r\n\r\n`;
    const { reusedGapMs } = oddity;
    if (reusedGapMs !== undefined && served > 1) {
      socket.write(head);
      timer = setTimeout(() => finish(last, 'ok'), reusedGapMs);
    } else finish(last, `${head}ok`);
  }
  function finish(last: boolean, content: string): void {
    if (last && end === 'rst') {
      socket.write(content);
      // Some kernels show an end where data and RST come at once.
      timer = setTimeout(() => reset(socket), RESET_AFTER_MS);
    } else if (last && end !== 'silence') socket.end(content);
    else socket.write(content);
    if (last && end === 'silence') deaf = true;
    if (!last && idleMs !== undefined) timer = setTimeout(endIdleness, idleMs);
  }
  function endIdleness(): void {
    if (idleBy === 'fin') socket.end();
    else if (idleBy === 'rst') reset(socket);
    else if (idleBy === 'silence') deaf = true;
    else resetting = true;
  }
}

/** RST, and no FIN before it, which `resetAndDestroy` sends: whoever reads first would see that. */
function reset(socket: Socket): void {
  Object.assign(socket, { resetAndClosing: true }).destroy();
}

/** A server of HTTP/2 without TLS, by prior knowledge. */
export interface Http2Oddity {
  readonly settings?: http2.Settings;
  /** Ends a connection by GOAWAY so long after its beginning. */
  readonly maxAgeMs?: number;
  /** `error`: GOAWAY with one; `fin`: without GOAWAY. */
  readonly ageBy?: 'goaway' | 'error' | 'fin';
  /** Bears so many pings; the next one is too many. */
  readonly pings?: number;
  /** Never answers a request. */
  readonly silent?: boolean;
}

export async function listenOddHttp2(oddity: Http2Oddity = {}): Promise<OddServer> {
  const seen = { connections: 0, requests: 0 };
  const server = http2.createServer({ settings: oddity.settings ?? {} });
  server.on('session', (session) => {
    seen.connections++;
    treat(session, oddity);
  });
  // A session that is destroyed says GOAWAY first; its socket does not.
  server.on('connection', (socket: Socket) => {
    if (oddity.ageBy === 'fin') setTimeout(() => socket.destroy(), oddity.maxAgeMs);
  });
  server.on('stream', (stream) => {
    seen.requests++;
    stream.on('error', () => {});
    if (oddity.silent === true) return;
    stream.respond({ ':status': 200 });
    stream.end('ok');
  });
  return listen(server, seen);
}

const ENHANCE_YOUR_CALM = 11;
const INTERNAL_ERROR = 2;

function treat(session: ServerHttp2Session, { maxAgeMs, ageBy = 'goaway', pings }: Http2Oddity): void {
  session.on('error', () => {});
  let left = pings ?? Number.POSITIVE_INFINITY;
  session.on('ping', () => {
    if (left-- > 0) return;
    session.goaway(ENHANCE_YOUR_CALM, 0, Buffer.from('too_many_pings'));
    session.close();
  });
  if (maxAgeMs === undefined || ageBy === 'fin') return;
  const timer = setTimeout(() => {
    session.goaway(ageBy === 'error' ? INTERNAL_ERROR : 0, 2 ** 31 - 1, Buffer.from('max_age'));
    session.close();
  }, maxAgeMs);
  session.on('close', () => clearTimeout(timer));
}

/** Replicas behind one port, which take connections in the order given, each with ticket keys of its own. */
export async function listenReplicas(options: TlsOptions, turns: readonly number[]): Promise<OddServer> {
  const seen = { connections: 0, requests: 0 };
  const replicas = Array.from({ length: Math.max(...turns) + 1 }, () =>
    createTlsServer(options, (socket) => converse(socket, {}, seen)),
  );
  return listen(
    createServer((socket) => {
      replicas[turns[seen.connections++ % turns.length] ?? 0]?.emit('connection', socket);
    }),
    seen,
  );
}

/** Options of a server that resumes no session: without tickets, and without a cache of sessions. */
export function withoutResumption(options: TlsOptions): TlsOptions {
  return { ...options, secureOptions: constants.SSL_OP_NO_TICKET };
}

async function listen(server: Server | Http2Server, seen: OddServer['seen']): Promise<OddServer> {
  const sockets = new OpenSockets();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    idle: () => sockets.idle(),
    close: async () => {
      sockets.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
