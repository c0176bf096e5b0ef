import net, { type NetConnectOpts, type Socket } from 'node:net';
import tls, { type ConnectionOptions } from 'node:tls';
import type { Target } from '../../../core/index.js';

const CONNECT_TIMEOUT_MS = 3000;

/** A socket that is ready for requests, and what it took to get there. */
export interface Opened {
  readonly socket: Socket;
  readonly tcpMs: number;
  /** Null without TLS. */
  readonly tlsMs: number | null;
}

export interface OpenOptions {
  /** Offered by ALPN, the preferred first. Default: HTTP/1.1. */
  readonly protocols?: readonly string[];
  /** Of an earlier connection, to resume. */
  readonly session?: Buffer;
}

/** Opens the sockets of a probing and closes those that are left at its end, whatever became of it. */
export class ProbeSockets {
  readonly #target: Target;
  readonly #address: string | null;
  readonly #open = new Set<Socket>();
  readonly #signal: AbortSignal | undefined;

  /**
   * @param address of the target, as the resolver found it; null for a unix socket
   * @param signal ends every socket, and refuses new ones
   */
  constructor(target: Target, address: string | null, signal?: AbortSignal) {
    this.#target = target;
    this.#address = address;
    this.#signal = signal;
    signal?.addEventListener('abort', this.closeAll);
  }

  readonly closeAll = (): void => {
    for (const socket of this.#open) socket.destroy();
  };

  /** Closes what is open, and stops listening to the signal. */
  dispose(): void {
    this.#signal?.removeEventListener('abort', this.closeAll);
    this.closeAll();
  }

  /** @throws the signal's reason, when it was aborted */
  throwIfAborted(): void {
    this.#signal?.throwIfAborted();
  }

  /** @throws Error when no connection comes about in time */
  open({ protocols = ['http/1.1'], session }: OpenOptions = {}): Promise<Opened> {
    this.throwIfAborted();
    const startMs = performance.now();
    const secure = this.#target.tls !== null;
    const socket = secure ? this.#secureSocket(protocols, session) : net.connect(this.#where());
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    return new Promise((resolve, reject) => {
      let connectedMs = startMs;
      socket.once('connect', () => {
        connectedMs = performance.now();
      });
      const ended = () => reject(new Error('the connection was closed while it was made'));
      socket.once('error', reject);
      socket.once('close', ended);
      socket.setTimeout(CONNECT_TIMEOUT_MS, () =>
        socket.destroy(new Error(`no connection within ${CONNECT_TIMEOUT_MS / 1000} s`)),
      );
      socket.once(secure ? 'secureConnect' : 'connect', () => {
        socket.setTimeout(0);
        socket.removeAllListeners('timeout');
        socket.off('close', ended);
        const tcpMs = connectedMs - startMs;
        resolve({ socket, tcpMs, tlsMs: secure ? performance.now() - connectedMs : null });
      });
    });
  }

  #where(): NetConnectOpts {
    const { socketPath, host, port } = this.#target;
    return socketPath === null ? { host: this.#address ?? host, port, noDelay: true } : { path: socketPath };
  }

  #secureSocket(protocols: readonly string[], session: Buffer | undefined): tls.TLSSocket {
    const { serverName = '', ca = null, cert = null, key = null, insecure = false } = this.#target.tls ?? {};
    const options: ConnectionOptions = {
      ...(this.#where() as ConnectionOptions), // host and port, or path: TLS takes them too
      rejectUnauthorized: !insecure,
      ALPNProtocols: [...protocols],
      ...(serverName === '' ? {} : { servername: serverName }),
      ...(ca === null ? {} : { ca }),
      ...(cert === null ? {} : { cert }),
      ...(key === null ? {} : { key }),
      ...(session === undefined ? {} : { session }),
    };
    return tls.connect(options);
  }
}
