import { lookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import type { Target } from '../core/index.js';
import { unreachable } from './unreachable.js';

/**
 * Finds the one address that all connections of a run go to, so that no worker waits for a resolver and
 * the load is not split over addresses by chance. A name with several addresses (often ::1 and 127.0.0.1)
 * gets the first that accepts a connection.
 *
 * @returns null for a unix socket
 * @throws ZipfireError `unreachable` when the name is unknown or no address accepts
 */
export async function resolveAddress(target: Target, connectTimeoutMs: number): Promise<string | null> {
  if (target.socketPath !== null) return null;
  if (isIP(target.host) !== 0) return target.host;
  const addresses = await lookup(target.host, { all: true }).catch((error: NodeJS.ErrnoException) => {
    throw unreachable(target.url, error);
  });
  const [only] = addresses;
  if (only !== undefined && addresses.length === 1) return only.address;
  let failure: NodeJS.ErrnoException = new Error('the host name has no address');
  for (const { address } of addresses) {
    const error = await tryConnect(address, target.port, connectTimeoutMs);
    if (error === null) return address;
    failure = error;
  }
  throw unreachable(target.url, failure);
}

function tryConnect(host: string, port: number, timeoutMs: number): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (error: NodeJS.ErrnoException | null) => {
      socket.destroy();
      resolve(error);
    };
    socket.once('connect', () => settle(null));
    socket.once('error', settle);
    socket.setTimeout(timeoutMs, () => {
      settle(Object.assign(new Error('connecting took too long'), { code: 'ETIMEDOUT' }));
    });
  });
}
