import {
  type ConnectOpts,
  connect as connectTcp,
  type NetConnectOpts,
  type OnReadOpts,
  type Socket,
} from 'node:net';
import { type ConnectionOptions, connect as connectTls, createSecureContext } from 'node:tls';
import type { DriverOptions } from '../core/index.js';

/** Opens one socket to the target. Its 'ready' event, `readyEvent`, says when requests may be written. */
export interface Dialer {
  /** @param address in place of the one there is; null: that one */
  dial(onread: OnReadOpts, address?: string | null): Socket;
  readonly readyEvent: 'connect' | 'secureConnect';
}

/**
 * Everything about connecting that does not vary, worked out once: where to, whether by TLS, with which
 * certificates. The name in the certificate and in SNI stays the host's, whatever address was found for it.
 *
 * @param protocols offered by ALPN, the preferred first
 */
export function createDialer(
  options: Pick<DriverOptions, 'target' | 'address'>,
  protocols: readonly string[],
): Dialer {
  const { target } = options;
  const where: NetConnectOpts =
    target.socketPath !== null
      ? { path: target.socketPath }
      : { host: options.address ?? target.host, port: target.port, noDelay: true };
  const { tls } = target;
  if (tls === null)
    return {
      readyEvent: 'connect',
      dial: (onread, address) => connectTcp({ ...where, ...hostOf(address), onread } as NetConnectOpts),
    };

  const secure: ConnectionOptions = {
    ...where,
    secureContext: createSecureContext({
      ...(tls.ca === null ? {} : { ca: tls.ca }),
      ...(tls.cert === null ? {} : { cert: tls.cert }),
      ...(tls.key === null ? {} : { key: tls.key }),
    }),
    ...(tls.serverName === '' ? {} : { servername: tls.serverName }),
    rejectUnauthorized: !tls.insecure,
    ALPNProtocols: [...protocols],
  };
  let session: Buffer | undefined;
  return {
    readyEvent: 'secureConnect',
    dial(onread, address) {
      // Documented for tls.connect too, but absent from its types.
      const withBuffer: ConnectionOptions & ConnectOpts = { ...secure, ...hostOf(address), onread };
      const socket = connectTls(session === undefined ? withBuffer : { ...withBuffer, session });
      // Reconnects resume the last session, as a long-lived client's do.
      socket.on('session', (ticket: Buffer) => {
        session = ticket;
      });
      return socket;
    },
  };
}

function hostOf(address: string | null | undefined): { host?: string } {
  return address === null || address === undefined ? {} : { host: address };
}
