import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { KeyPair } from './certs.js';
import { OpenSockets } from './open-sockets.js';

/** An HTTP proxy that does CONNECT, to this machine, and nothing else. */
export interface ConnectProxy {
  readonly port: number;
  /** Every CONNECT received. */
  readonly tunnels: readonly { readonly authority: string; readonly headers: IncomingHttpHeaders }[];
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** @param refusal status to refuse every CONNECT with; 0: none is refused */
export async function listenConnectProxy({
  refusal = 0,
  tls,
}: {
  refusal?: number;
  tls?: KeyPair;
} = {}): Promise<ConnectProxy> {
  const tunnels: { authority: string; headers: IncomingHttpHeaders }[] = [];
  const sockets = new OpenSockets();
  const server: Server = tls === undefined ? createServer() : createSecureServer(tls);
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.on('connect', ({ url: authority = '', headers }, socket) => {
    tunnels.push({ authority, headers });
    if (refusal > 0) {
      socket.end(`HTTP/1.1 ${refusal} Refused\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    // Whatever the name: tests never leave the machine, nor ask a resolver.
    const onward = connect(Number(new URL(`http://${authority}`).port), '127.0.0.1');
    sockets.add(onward);
    onward.once('connect', () => socket.write('HTTP/1.1 200 Established\r\n\r\n'));
    onward.pipe(socket).pipe(onward);
    onward.on('close', () => socket.destroy());
    socket.on('error', () => {});
    socket.on('close', () => onward.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    tunnels,
    idle: () => sockets.idle(),
    async close() {
      server.close();
      sockets.destroy();
      await once(server, 'close');
    },
  };
}
