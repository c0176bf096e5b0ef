import { connect as connectTcp, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import { ConnectError } from './failure.js';
import { type HttpProxy, openTunnel } from './proxy.js';

/** Where a connection goes and how it is secured. */
export interface Destination {
  readonly host: string;
  readonly port: number;
  /** Connect here in place of `host`: an address found before, or null. */
  readonly address: string | null;
  readonly socketPath: string | null;
  readonly secure: ConnectionOptions | null;
  /** The one protocol that will do, by its ALPN name; null: whichever the server picks. */
  readonly protocol: 'h2' | null;
  readonly proxy: HttpProxy | null;
}

export type DialResult =
  | { readonly socket: Socket; readonly error: null }
  | { readonly socket: null; readonly error: ConnectError };

/** A connection attempt that is under way. */
export interface Dial {
  /** Ends the attempt; it fails with this message. */
  giveUp(message: string): void;
}

/**
 * Makes the driver's connections: TCP or a unix socket, a proxy's tunnel, TLS, in that order. undici has
 * connectors of its own, but theirs cannot be called off, counted, or told apart from other failures.
 */
export class Dialer {
  readonly #timeoutMs: number;
  readonly #sockets = new Set<Socket>();
  #onClosed: (() => void) | null = null;
  /** TLS sessions to resume, as a long-lived client does. */
  readonly #sessions = new WeakMap<Destination, Buffer>();

  /** @param timeoutMs from the first packet to a connection that is ready for requests */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** @param done called once, never from inside `dial` */
  dial(destination: Destination, done: (result: DialResult) => void): Dial {
    const sockets: Socket[] = [];
    let settled = false;
    const settle = (result: DialResult) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      // Only now: what the sockets say about their own end is not the reason for it.
      if (result.error !== null) for (const socket of sockets) socket.destroy();
      done(result);
    };
    const fail = (error: Error) => settle({ socket: null, error: new ConnectError(error) });
    const timer = setTimeout(() => fail(coded('ETIMEDOUT', 'connecting took too long')), this.#timeoutMs);
    const watch = <S extends Socket>(socket: S): S => {
      sockets.push(socket);
      this.#track(socket);
      socket.on('error', fail);
      socket.on('close', () => fail(coded('ECONNRESET', 'the connection was closed before it was ready')));
      return socket;
    };
    const ready = (socket: Socket) => {
      const spoken = 'alpnProtocol' in socket ? socket.alpnProtocol : false;
      if (destination.protocol === null || spoken === destination.protocol) {
        settle({ socket, error: null });
      } else if (destination.secure !== null) {
        fail(new Error('the server does not offer HTTP/2 (ALPN)'));
      } else {
        // Prior knowledge; undici looks at this property to know which protocol to speak.
        settle({ socket: Object.assign(socket, { alpnProtocol: destination.protocol }), error: null });
      }
    };
    const secure = (socket: Socket) => {
      const { secure: options } = destination;
      if (settled) return;
      if (options === null) ready(socket);
      else watchSecure(watch(connectTls({ ...options, ...this.#session(destination), socket })));
    };
    const watchSecure = (socket: TLSSocket) => {
      socket.on('session', (session: Buffer) => this.#sessions.set(destination, session));
      socket.once('secureConnect', () => ready(socket));
    };

    const { proxy } = destination;
    const first = watch(connectTcp(whereTo(destination)));
    if (proxy === null) {
      first.once('connect', () => secure(first));
    } else {
      const toProxy = proxy.secure === null ? first : watch(connectTls({ ...proxy.secure, socket: first }));
      const onReady = () => {
        if (!proxy.tunnels) ready(toProxy);
        else
          openTunnel(proxy, toProxy, destination, (error) =>
            error === null ? secure(toProxy) : fail(error),
          );
      };
      toProxy.once(proxy.secure === null ? 'connect' : 'secureConnect', onReady);
    }
    return { giveUp: (message) => fail(new Error(message)) };
  }

  /** Resolves when no socket is left. */
  async closed(): Promise<void> {
    if (this.#sockets.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#onClosed = resolve;
    });
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => {
      this.#sockets.delete(socket);
      if (this.#sockets.size === 0) this.#onClosed?.();
    });
  }

  #session(destination: Destination): { session?: Buffer } {
    const session = this.#sessions.get(destination);
    return session === undefined ? {} : { session };
  }
}

function whereTo({ host, port, address, socketPath, proxy }: Destination) {
  if (proxy !== null) return { host: proxy.host, port: proxy.port, noDelay: true };
  if (socketPath !== null) return { path: socketPath };
  return { host: address ?? host, port, noDelay: true };
}

function coded(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
