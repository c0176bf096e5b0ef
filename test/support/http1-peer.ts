import { once } from 'node:events';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type ListenOptions,
  type Server,
  type Socket,
} from 'node:net';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { Http1RequestReader } from './http1-request-reader.js';
import { OpenSockets } from './open-sockets.js';
import type { Listen, Peer, PeerConnection, PeerOptions, PeerRequest, Responder } from './peer.js';

/** An HTTP/1.1 server on bare sockets, that can misbehave. */
export const listenHttp1: Listen = async (responder, options = {}) => {
  const peer = new Http1Peer(responder, options);
  await peer.listen(options);
  return peer;
};

class Http1Peer implements Peer {
  readonly connections: Http1Connection[] = [];
  readonly requests: PeerRequest[] = [];
  readonly host: string;
  readonly socketPath: string | null;
  readonly isSecure: boolean;
  port = 0;
  readonly #server: Server;
  readonly #responder: Responder;
  readonly #greet: PeerOptions['greet'];
  readonly #sockets = new OpenSockets();
  #onConnection: ((connection: PeerConnection) => void)[] = [];

  constructor(responder: Responder, options: PeerOptions) {
    this.#responder = responder;
    this.#greet = options.greet;
    this.host = options.host ?? '127.0.0.1';
    this.socketPath = options.socketPath ?? null;
    this.isSecure = options.tls !== undefined;
    if (options.tls === undefined) {
      this.#server = createTcpServer({ noDelay: true }, (socket) => this.#accept(socket, false));
    } else {
      const { cert, key, clientAuthority, maxVersion } = options.tls;
      this.#server = createTlsServer({
        cert,
        key,
        ALPNProtocols: ['http/1.1'],
        ...(clientAuthority === undefined ? {} : { ca: clientAuthority, requestCert: true }),
        ...(maxVersion === undefined ? {} : { maxVersion }),
      });
      // Handshakes that fail are the point of some tests.
      this.#server.on('tlsClientError', () => {});
      this.#server.on('secureConnection', (socket: TLSSocket) => {
        // The type says string; without SNI it is false.
        this.#accept(
          socket,
          'servername' in socket && typeof socket.servername === 'string' && socket.servername,
        );
      });
    }
    // The TCP connection under TLS too: it is there while the handshake is not done.
    this.#server.on('connection', (socket: Socket) => this.#sockets.add(socket));
  }

  get bytesIn(): number {
    return this.connections.reduce((sum, { bytesIn }) => sum + bytesIn, 0);
  }

  async listen({ port = 0 }: PeerOptions): Promise<void> {
    const where: ListenOptions =
      this.socketPath === null ? { port, host: this.host } : { path: this.socketPath };
    this.#server.listen(where);
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

  #accept(socket: Socket, servername: string | false): void {
    if (this.isSecure) socket.on('error', () => {});
    const connection = new Http1Connection(socket, servername);
    this.connections.push(connection);
    const waiting = this.#onConnection;
    this.#onConnection = [];
    for (const resolve of waiting) resolve(connection);
    this.#greet?.(connection);
    connection.onRequest((received) => {
      const request: PeerRequest = {
        ...received,
        connection,
        index: this.requests.length,
        header(name) {
          const found = received.headers.filter((header) => header[0].toLowerCase() === name);
          return found.length === 1 ? (found[0]?.[1] ?? null) : null;
        },
        respond(status, body = '') {
          const hasBody = received.method !== 'HEAD';
          connection.write(
            `HTTP/1.1 ${status} Said so\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${hasBody ? body : ''}`,
          );
        },
        begin() {
          connection.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nthe first of it');
        },
      };
      this.requests.push(request);
      this.#responder(request);
    });
  }
}

class Http1Connection implements PeerConnection {
  readonly servername: string | false;
  readonly closed: Promise<void>;
  requests = 0;
  bytesIn = 0;
  readonly #socket: Socket;

  constructor(socket: Socket, servername: string | false) {
    this.#socket = socket;
    this.servername = servername;
    this.closed = new Promise((resolve) => {
      socket.once('close', () => resolve());
    });
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed;
  }

  onRequest(handle: (request: ReturnType<Http1RequestReader['read']>[number]) => void): void {
    const reader = new Http1RequestReader();
    this.#socket.on('data', (chunk: Buffer) => {
      this.bytesIn += chunk.length;
      for (const request of reader.read(chunk)) {
        this.requests++;
        handle(request);
      }
    });
  }

  write(bytes: string | Buffer): boolean {
    return this.isOpen && this.#socket.writable ? this.#socket.write(bytes) : false;
  }

  async drained(): Promise<boolean> {
    if (this.isOpen && this.#socket.writableNeedDrain) {
      await Promise.race([new Promise((resolve) => this.#socket.once('drain', resolve)), this.closed]);
    }
    return this.isOpen;
  }

  end(): void {
    this.#socket.end();
  }

  reset(): void {
    this.#socket.resetAndDestroy();
  }
}
