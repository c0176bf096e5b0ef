import { lookup as lookUp } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import type { LbStrategy, Target } from '../core/index.js';
import { unreachable } from './unreachable.js';

/** All addresses of a host name, in the order of preference. @throws NodeJS.ErrnoException */
export type Lookup = (host: string) => Promise<readonly string[]>;

/** More than a name has for good reason. */
const MAX_ADDRESSES = 1000;

const systemLookup: Lookup = async (host) =>
  (await lookUp(host, { all: true })).map(({ address }) => address);

/** Where a run connects to. */
export interface Whereabouts {
  /** The address that accepts connections; null for a unix socket. */
  readonly address: string | null;
  /** All that connections go to, in order, where they choose: with a strategy. */
  readonly all?: readonly string[];
}

/**
 * Finds the one address that all connections of a run go to, so that no worker waits for a resolver and
 * the load is not split over addresses by chance. A name with several addresses (often ::1 and 127.0.0.1)
 * gets the first that accepts a connection. With a strategy, all of them: the one that accepts first of all for
 * `pick_first`.
 *
 * @throws ZipfireError `unreachable` when the name is unknown or no address accepts
 */
export async function findTarget(
  target: Target,
  { connectTimeoutMs, lbStrategy }: { readonly connectTimeoutMs: number; readonly lbStrategy?: LbStrategy },
  lookup: Lookup = systemLookup,
): Promise<Whereabouts> {
  if (target.socketPath !== null) return { address: null };
  if (isIP(target.host) !== 0) return { address: target.host };
  const found = await lookup(target.host).catch((error: NodeJS.ErrnoException) => {
    throw unreachable(target.url, error);
  });
  const all = [...new Set(found)].slice(0, MAX_ADDRESSES);
  const address = all.length === 1 ? (all[0] ?? null) : await firstAccepting(target, all, connectTimeoutMs);
  if (lbStrategy === undefined || address === null) return { address };
  const at = lbStrategy === 'pick_first' ? all.indexOf(address) : 0;
  return { address, all: [...all.slice(at), ...all.slice(0, at)] };
}

/** The address alone. */
export async function resolveAddress(target: Target, connectTimeoutMs: number): Promise<string | null> {
  return (await findTarget(target, { connectTimeoutMs })).address;
}

async function firstAccepting(
  target: Target,
  addresses: readonly string[],
  timeoutMs: number,
): Promise<string> {
  let failure: NodeJS.ErrnoException = new Error('the host name has no address');
  for (const address of addresses) {
    const error = await tryConnect(address, target.port, timeoutMs);
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
