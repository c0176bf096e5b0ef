import { isIP } from 'node:net';
import { type ConnectionOptions, createSecureContext } from 'node:tls';
import { type DriverOptions, type TlsOptions, usageError } from '../../core/index.js';
import type { Destination } from './dial.js';
import { parseProxy } from './proxy.js';

/** How the driver reaches the target, worked out once. */
export interface Route {
  /** Origin of the target's URLs as its responses name it. */
  readonly origin: string;
  readonly destination: Destination;
  /** Whether requests go to a proxy that reads and forwards them. */
  readonly forwarded: boolean;
  readonly proxyAuthorization: string | null;
  /** How to reach an origin that a redirect leads to. It sees neither the client's certificate nor its HTTP/2. */
  elsewhere(host: string, port: number, isSecure: boolean): Destination;
}

/** @throws ZipfireError `usage` when options exclude each other, or a certificate or the proxy cannot be used */
export function routeTo(options: DriverOptions): Route {
  const { target, client } = options;
  const { tls } = target;
  if (client.proxy !== null && target.socketPath !== null) {
    throw usageError('a unix socket is not reached through a proxy', 'leave out one of them');
  }
  if (options.http === '2' && !options.keepAlive) {
    throw usageError('HTTP/2 without keep-alive is not offered', 'choose HTTP/1.1, or keep the connections');
  }
  // A proxy forwards HTTP/1.1 that is in the clear; everything else goes through it as bytes.
  const forwarded = client.proxy !== null && tls === null && options.http !== '2';
  const trust = trustOf(tls);
  const proxy = client.proxy === null ? null : parseProxy(client.proxy, !forwarded, trust);
  return {
    origin: new URL(`${tls === null ? 'http' : 'https'}://${target.authority}`).origin,
    destination: {
      host: target.host,
      port: target.port,
      address: options.address,
      socketPath: target.socketPath,
      secure:
        tls === null ? null : { ...credentials(tls), host: target.host, ALPNProtocols: offers(options) },
      protocol: options.http === '2' ? 'h2' : null,
      proxy,
    },
    forwarded,
    proxyAuthorization: forwarded && proxy !== null ? proxy.authorization : null,
    elsewhere: (host, port, isSecure) => ({
      host,
      port,
      address: null,
      socketPath: null,
      secure: isSecure ? { ...trust, host, ...named(isIP(host) === 0 ? host : '') } : null,
      protocol: null,
      proxy: proxy === null ? null : { ...proxy, tunnels: true },
    }),
  };
}

/** Protocols to offer by ALPN, the preferred one first. */
function offers({ http, keepAlive }: DriverOptions): string[] {
  if (http === '2') return ['h2'];
  return http === '1' || !keepAlive ? ['http/1.1'] : ['h2', 'http/1.1'];
}

function trustOf(tls: TlsOptions | null): ConnectionOptions {
  const ca = tls?.ca ?? null;
  return {
    secureContext: secureContext(ca === null ? {} : { ca }),
    rejectUnauthorized: tls?.insecure !== true,
  };
}

function credentials(tls: TlsOptions): ConnectionOptions {
  const { ca, cert, key } = tls;
  return {
    secureContext: secureContext({
      ...(ca === null ? {} : { ca }),
      ...(cert === null ? {} : { cert }),
      ...(key === null ? {} : { key }),
    }),
    rejectUnauthorized: !tls.insecure,
    ...named(tls.serverName),
  };
}

function named(servername: string): ConnectionOptions {
  return servername === '' ? {} : { servername };
}

function secureContext(pems: { ca?: string; cert?: string; key?: string }) {
  try {
    return createSecureContext(pems);
  } catch (error) {
    throw usageError(
      `the certificates cannot be used: ${(error as Error).message}`,
      'each file must be PEM, and the key must belong to the certificate',
    );
  }
}
