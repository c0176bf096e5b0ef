import { once } from 'node:events';
import {
  createSecureServer,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type ServerOptions,
} from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { Target } from '#zipfire/core/index.js';
import type { KeyPair } from './certs.js';
import { OpenSockets } from './open-sockets.js';

/** A call as a peer sees it. What it answers is up to the test, right or wrong. */
export interface PeerCall {
  /** 0 for the first of the peer. */
  readonly index: number;
  readonly headers: IncomingHttpHeaders;
  readonly stream: ServerHttp2Stream;
  readonly session: ServerHttp2Session;
  /** All messages of the request, once it has ended; their flags and bytes. */
  request(): Promise<PeerMessage[]>;
  /** The head, if that is not done, and messages. Nothing happens here, nor in `end`, when the call is gone. */
  send(...messages: readonly (string | Buffer)[]): void;
  /** The head of a response, of gRPC unless the fields say otherwise. */
  head(fields?: OutgoingHttpHeaders): void;
  /** Ends the response by trailers, behind the head if there was one. */
  end(trailers?: OutgoingHttpHeaders): void;
}

export interface PeerMessage {
  readonly compressed: boolean;
  readonly bytes: Buffer;
}

export interface GrpcPeerOptions extends ServerOptions {
  readonly tls?: KeyPair;
  /** Called with each session as soon as it is there. */
  readonly greet?: (session: ServerHttp2Session) => void;
}

/** A gRPC server of `node:http2`, which a test leads by the hand. */
export interface GrpcPeer {
  readonly port: number;
  readonly target: Target;
  readonly calls: readonly PeerCall[];
  readonly sessions: readonly ServerHttp2Session[];
  /** Resolves when no socket is open. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

export async function listenGrpc(
  answer: (call: PeerCall) => void,
  { tls, greet, ...options }: GrpcPeerOptions = {},
): Promise<GrpcPeer> {
  const server: Http2Server =
    tls === undefined ? createServer(options) : createSecureServer({ ...options, ...tls });
  const sockets = new OpenSockets();
  const calls: PeerCall[] = [];
  const sessions: ServerHttp2Session[] = [];
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.on('sessionError', () => {});
  server.on('session', (session) => {
    sessions.push(session);
    session.on('error', () => {});
    greet?.(session);
    session.on('stream', (stream, headers) => {
      stream.on('error', () => {});
      const call = callOf(stream, headers, session, calls.length);
      calls.push(call);
      answer(call);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    target: targetAt(port, tls !== undefined),
    calls,
    sessions,
    idle: () => sockets.idle(),
    async close() {
      if (!server.listening) return;
      server.close();
      sockets.destroy();
      await once(server, 'close');
    },
  };
}

/** A target on this machine; with TLS, any certificate will do. */
export function targetAt(port: number, isSecure = false): Target {
  const authority = `127.0.0.1:${port}`;
  return {
    url: `${isSecure ? 'grpcs' : 'grpc'}://${authority}`,
    tls: isSecure ? { serverName: '', ca: null, cert: null, key: null, insecure: true } : null,
    host: '127.0.0.1',
    port,
    socketPath: null,
    authority,
    path: '/',
  };
}

/** A message with its prefix. */
export function framed(message: string | Buffer, flag = 0): Buffer {
  const bytes = Buffer.from(message);
  const prefix = Buffer.alloc(5);
  prefix.writeUInt8(flag, 0);
  prefix.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([prefix, bytes]);
}

function callOf(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  session: ServerHttp2Session,
  index: number,
): PeerCall {
  const head = (fields: OutgoingHttpHeaders = {}) =>
    stream.respond(
      { ':status': 200, 'content-type': 'application/grpc', ...fields },
      { waitForTrailers: true },
    );
  return {
    index,
    headers,
    stream,
    session,
    head,
    async request() {
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk as Buffer);
      return unframe(Buffer.concat(chunks));
    },
    send(...messages) {
      if (stream.destroyed) return;
      if (!stream.headersSent) head();
      for (const message of messages) stream.write(framed(message));
    },
    end(trailers = { 'grpc-status': '0' }) {
      if (stream.destroyed) return;
      if (stream.headersSent) {
        stream.once('wantTrailers', () => stream.sendTrailers(trailers));
        stream.end();
      } else {
        stream.respond(
          { ':status': 200, 'content-type': 'application/grpc', ...trailers },
          { endStream: true },
        );
      }
    },
  };
}

function unframe(bytes: Buffer): PeerMessage[] {
  const messages: PeerMessage[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 5 + bytes.readUInt32BE(at + 1);
    messages.push({ compressed: bytes[at] === 1, bytes: bytes.subarray(at + 5, end) });
    at = end;
  }
  return messages;
}
