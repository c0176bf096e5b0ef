/**
 * A service of Node with the faults of its settings, in a process of its own: `node node-target.js '{"closes":true}'`.
 * It prints its port as one line, and ends with its standard input.
 */
import { constants, pbkdf2, pbkdf2Sync } from 'node:crypto';
import http, { type RequestListener, type Server } from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import { runtimeMetrics } from './node-metrics.js';

export interface NodeSettings {
  /** Default: `http`. `pieces` is HTTP/1.1 whose responses are written in two pieces. */
  readonly speaks?: 'http' | 'https' | 'h2c' | 'pieces';
  readonly cert?: string;
  readonly key?: string;
  /** Says `Connection: close` with every response. */
  readonly closes?: boolean;
  readonly requestsPerConnection?: number;
  /** Null: Node's own. Default: as long as behind a load balancer. */
  readonly idleMs?: number | null;
  /** How `pieces` ends idleness. `silence`: as a middlebox that forgets connections. Default: not at all. */
  readonly idleBy?: 'fin' | 'silence';
  /** Of `https`. */
  readonly resumes?: boolean;
  /** Of `h2c`. */
  readonly streams?: number;
  readonly windowBytes?: number;
  /** Of `pieces`: Nagle's algorithm is off. */
  readonly noDelay?: boolean;
  readonly backlog?: number;
  /** Derives a key for each request: on the event loop, or beside it. */
  readonly derives?: 'sync' | 'async';
  /** MiB of live objects, and KiB that each request makes and that live on for a while. */
  readonly heldMib?: number;
  readonly churnKib?: number;
}

const BODY = 'hello\n';
/** Some tens of milliseconds of CPU time. */
const ROUNDS = 60_000;

const settings = JSON.parse(process.argv[2] ?? '{}') as NodeSettings;
process.stdin.resume().once('end', () => process.exit());
const server = serverOf(settings);
server.listen({ port: 0, host: '127.0.0.1', backlog: settings.backlog ?? 511 }, () => {
  const address = server.address();
  if (typeof address === 'object') process.stdout.write(`${address?.port}\n`);
});

function serverOf({
  speaks = 'http',
  cert = '',
  key = '',
  resumes = true,
  streams,
  windowBytes,
}: NodeSettings): net.Server {
  switch (speaks) {
    case 'pieces':
      return inPieces();
    case 'h2c': {
      const h2 = http2.createServer({
        settings: {
          ...(streams === undefined ? {} : { maxConcurrentStreams: streams }),
          ...(windowBytes === undefined ? {} : { initialWindowSize: windowBytes }),
        },
      });
      return h2.on('request', (request, response) => request.resume().once('end', () => response.end(BODY)));
    }
    case 'https': {
      const secureOptions = resumes ? 0 : constants.SSL_OP_NO_TICKET;
      return tuned(https.createServer({ cert, key, secureOptions }, listener()));
    }
    case 'http':
      return tuned(http.createServer(listener()));
  }
}

function tuned<T extends Server | https.Server>(server: T): T {
  if (settings.idleMs !== null) {
    server.keepAliveTimeout = settings.idleMs ?? 75_000;
    server.headersTimeout = server.keepAliveTimeout + 1000;
  }
  server.maxRequestsPerSocket = settings.requestsPerConnection ?? 0;
  return server;
}

function listener(): RequestListener {
  const metrics = runtimeMetrics();
  const memory = holdingMemory(settings.heldMib ?? 0, settings.churnKib ?? 0);
  return (request, response) => {
    if (request.url === '/metrics') {
      response.end(metrics());
      return;
    }
    if (settings.closes === true) response.setHeader('connection', 'close');
    memory();
    if (settings.derives === 'async') {
      pbkdf2('secret', 'salt', ROUNDS, 32, 'sha256', () => response.end(BODY));
      return;
    }
    if (settings.derives === 'sync') pbkdf2Sync('secret', 'salt', ROUNDS, 32, 'sha256');
    response.end(BODY);
  };
}

/** What is kept, and what each request makes: it is let go after many of them, and so grows old first. */
function holdingMemory(heldMib: number, churnKib: number): () => void {
  const objects = (kib: number) =>
    Array.from({ length: kib }, (_, at) => ({ at, text: new Array(120).fill(at) }));
  const held = objects(heldMib * 1024);
  const recent: unknown[] = [];
  return () => {
    if (churnKib === 0 || held.length === 0) return;
    recent.push(objects(churnKib));
    if (recent.length > 16) recent.shift();
  };
}

/** One write for the head, and one for the body. */
function inPieces(): net.Server {
  const { noDelay = false, idleMs, idleBy } = settings;
  return net.createServer({ noDelay }, (socket) => {
    let text = '';
    let deaf = false;
    let timer: NodeJS.Timeout | undefined;
    const idles = () => {
      if (idleBy === 'fin') socket.end();
      else deaf = true;
    };
    socket.on('error', () => {});
    socket.on('close', () => clearTimeout(timer));
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      if (deaf) return;
      clearTimeout(timer);
      text += chunk;
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const length = Number(/^content-length: *(\d+)/im.exec(text.slice(0, end))?.[1] ?? 0);
        if (text.length < end + 4 + length) return;
        text = text.slice(end + 4 + length);
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${BODY.length}\r\n\r\n`);
        socket.write(BODY);
      }
      if (idleBy !== undefined) timer = setTimeout(idles, idleMs ?? 0);
    });
  });
}
