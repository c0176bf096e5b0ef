import { once } from 'node:events';
import {
  createSecureServer,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { OpenSockets } from './open-sockets.js';
import type { Listen, Peer, PeerConnection, PeerOptions, PeerRequest, Responder } from './peer.js';

/** What runs on HTTP/2: how a peer reads requests and gives responses. */
export interface Dialect {
  /** The request's content, out of its DATA. */
  read(content: Buffer): Buffer;
  /** @param isHead whether the response must not have content */
  respond(stream: ServerHttp2Stream, status: number, text: string, isHead: boolean): void;
  begin(stream: ServerHttp2Stream): void;
}

const http: Dialect = {
  read: (content) => content,
  respond(stream, status, text, isHead) {
    stream.respond({ ':status': status, 'content-length': Buffer.byteLength(text) });
    stream.end(isHead ? '' : text);
  },
  begin(stream) {
    stream.respond({ ':status': 200, 'content-length': 1000 });
    stream.write('the first of it');
  },
};

/** An HTTP/2 server: prior knowledge without TLS, ALPN with it. Its responses are well-formed, or cut. */
export const listenHttp2: Listen = http2Listen(http);

export function http2Listen(dialect: Dialect): Listen {
  return async (responder, options = {}) => {
    const peer = new Http2Peer(dialect, responder, options);
    await peer.listen(options);
    return peer;
  };
}

class Http2Peer implements Peer {
  readonly connections: Http2Connection[] = [];
  readonly requests: PeerRequest[] = [];
  readonly host: string;
  readonly socketPath: string | null;
  readonly isSecure: boolean;
  port = 0;
  readonly #server: Http2Server;
  readonly #dialect: Dialect;
  readonly #responder: Responder;
  readonly #greet: PeerOptions['greet'];
  readonly #sockets = new OpenSockets();
  #onConnection: ((connection: PeerConnection) => void)[] = [];

  constructor(
    dialect: Dialect,
    responder: Responder,
    { host = '127.0.0.1', socketPath, tls, greet }: PeerOptions,
  ) {
    this.#dialect = dialect;
    this.#responder = responder;
    this.#greet = greet;
    this.host = host;
    this.socketPath = socketPath ?? null;
    this.isSecure = tls !== undefined;
    if (tls === undefined) {
      this.#server = createServer();
    } else {
      const { clientAuthority, ...pair } = tls;
      const asking = clientAuthority === undefined ? {} : { ca: clientAuthority, requestCert: true };
      this.#server = createSecureServer({ ...pair, ...asking, rejectUnauthorized: true });
    }
    // Handshakes that fail are the point of some tests.
    this.#server.on('tlsClientError', () => {});
    this.#server.on('sessionError', () => {});
    this.#server.on('connection', (socket: Socket) => this.#sockets.add(socket));
    this.#server.on('session', (session) => this.#accept(session));
  }

  get bytesIn(): number {
    return this.connections.reduce((sum, { bytesIn }) => sum + bytesIn, 0);
  }

  async listen({ port = 0 }: PeerOptions): Promise<void> {
    this.#server.listen(this.socketPath === null ? { port, host: this.host } : { path: this.socketPath });
    await once(this.#server, 'listening');
    if (this.socketPath === null) this.port = (this.#server.address() as AddressInfo).port;
  }

  connected(): Promise<PeerConnection> {
    return new Promise((resolve) => this.#onConnection.push(resolve));
  }

  idle(): Promise<void> {
    return this.#sockets.idle();
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#sockets.destroy();
    await once(this.#server, 'close');
  }

  #accept(session: ServerHttp2Session): void {
    const connection = new Http2Connection(session);
    this.connections.push(connection);
    const waiting = this.#onConnection;
    this.#onConnection = [];
    for (const resolve of waiting) resolve(connection);
    this.#greet?.(connection);
    session.on(
      'stream',
      (stream: ServerHttp2Stream, _headers: unknown, _flags: unknown, rawHeaders: string[]) => {
        const chunks: Buffer[] = [];
        stream.on('error', () => {});
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const request = requestOf(
            { dialect: this.#dialect, connection, index: this.requests.length },
            stream,
            rawHeaders,
            Buffer.concat(chunks),
          );
          connection.requests++;
          this.requests.push(request);
          this.#responder(request);
        });
      },
    );
  }
}

class Http2Connection implements PeerConnection {
  readonly servername: string | false;
  readonly closed: Promise<void>;
  requests = 0;
  readonly #session: ServerHttp2Session;

  constructor(session: ServerHttp2Session) {
    this.#session = session;
    const name: unknown = Reflect.get(session.socket, 'servername');
    this.servername = typeof name === 'string' && name;
    this.closed = new Promise((resolve) => {
      session.once('close', () => resolve());
    });
    session.on('error', () => {});
  }

  get isOpen(): boolean {
    return !this.#session.destroyed;
  }

  get bytesIn(): number {
    return this.#session.destroyed ? 0 : this.#session.socket.bytesRead;
  }

  write(): boolean {
    throw new Error('this peer writes frames, not bytes');
  }

  drained(): Promise<boolean> {
    throw new Error('this peer writes frames, not bytes');
  }

  end(): void {
    this.#session.destroy();
  }

  reset(): void {
    this.#session.socket.resetAndDestroy();
  }
}

function requestOf(
  { dialect, connection, index }: { dialect: Dialect; connection: PeerConnection; index: number },
  stream: ServerHttp2Stream,
  rawHeaders: readonly string[],
  content: Buffer,
): PeerRequest {
  const pairs: [name: string, value: string][] = [];
  const pseudo: IncomingHttpHeaders = {};
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? '';
    const value = rawHeaders[i + 1] ?? '';
    if (name.startsWith(':')) pseudo[name] = value;
    else pairs.push([name, value]);
  }
  // What Host is to HTTP/1.1 (RFC 9113 §8.3.1).
  const headers: [string, string][] = [['host', String(pseudo[':authority'])], ...pairs];
  const method = String(pseudo[':method']);
  return {
    connection,
    index,
    method,
    target: String(pseudo[':path']),
    headers,
    body: dialect.read(content),
    header(name) {
      const found = headers.filter((header) => header[0] === name);
      return found.length === 1 ? (found[0]?.[1] ?? null) : null;
    },
    respond(status, text = '') {
      if (!stream.destroyed) dialect.respond(stream, status, text, method === 'HEAD');
    },
    begin() {
      dialect.begin(stream);
    },
  };
}
