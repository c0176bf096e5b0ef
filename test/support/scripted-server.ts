import { once } from 'node:events';
import { createServer, type ListenOptions, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { OpenSockets } from './open-sockets.js';

/** A request of HTTP/1.1 without a body, to be answered as a test likes. */
export interface Asked {
  readonly socket: Socket;
  /** Of all connections, from 1. */
  readonly connection: number;
  /** Of this connection, from 1. */
  readonly request: number;
  /** Of all connections together, from 1. */
  readonly total: number;
  /** Ends every connection, and listens no more. */
  readonly die: () => void;
  /** Ends every connection. */
  readonly restart: () => void;
}

export interface ScriptedServer {
  readonly port: number;
  /** Bytes that were sent, on all connections. */
  sent(): number;
  /** Resolves when every connection is closed. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

export interface Script {
  readonly answer: (asked: Asked) => void;
  /** Called with each connection first. @returns false: it was dealt with, and is not read */
  readonly accept?: (socket: Socket, connection: number) => boolean;
  readonly listen?: ListenOptions;
  readonly tls?: TlsOptions;
}

const REQUEST_END = '\r\n\r\n';

/** A server whose answers a test writes byte by byte. */
export async function listenScripted({ answer, accept, listen, tls }: Script): Promise<ScriptedServer> {
  const sockets = new OpenSockets();
  const all: Socket[] = [];
  let total = 0;
  const serve = (socket: Socket) => {
    all.push(socket);
    const connection = all.length;
    let request = 0;
    let text = '';
    socket.on('error', () => {});
    if (accept?.(socket, connection) === false) return;
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      for (let at = text.indexOf(REQUEST_END); at >= 0; at = text.indexOf(REQUEST_END)) {
        text = text.slice(at + REQUEST_END.length);
        request++;
        total++;
        answer({ socket, connection, request, total, die, restart });
      }
    });
  };
  const server: Server =
    tls === undefined ? createServer({ noDelay: true }, serve) : createTlsServer(tls, serve);
  const restart = () => {
    for (const socket of all) socket.destroy();
  };
  const die = () => {
    server.close();
    restart();
  };
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.on('tlsClientError', () => {});
  server.listen(listen ?? { port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    sent: () => all.reduce((sum, socket) => sum + socket.bytesWritten, 0),
    idle: () => sockets.idle(),
    close: async () => {
      sockets.destroy();
      if (!server.listening) return;
      server.close();
      await once(server, 'close');
    },
  };
}

export interface Said {
  readonly status?: number;
  readonly version?: '1.0' | '1.1';
  readonly fields?: readonly string[];
  readonly body?: string | Buffer;
}

/** A whole response with its length. */
export function response({ status = 200, version = '1.1', fields = [], body = 'ok' }: Said = {}): Buffer {
  const head = [`HTTP/${version} ${status} X`, `content-length: ${Buffer.byteLength(body)}`, ...fields];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}${REQUEST_END}`, 'latin1'), Buffer.from(body)]);
}
