import type { Server } from 'node:net';
import { escapeText, usageError, type ZipfireError } from '../core/index.js';

/** Where a target can be reached. */
export interface Place {
  /** `http://127.0.0.1:8080`, `grpcs://[::1]:8443`, or `http+unix:///path` for a unix socket. */
  readonly url: string;
  /** The address listened on; the path of a unix socket. */
  readonly address: string;
  /** 0 for a unix socket. */
  readonly port: number;
}

/** Where a server is to listen, and what that is called. */
export interface Where {
  /** Of the URL. */
  readonly scheme: 'http' | 'https' | 'grpc' | 'grpcs';
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** The flag that sets the port, for errors. */
  readonly portFlag: '--port' | '--grpc-port';
  /** Path of a unix socket to listen on in place of host and port; empty for none. */
  readonly socketPath: string;
}

/** What clients may have waiting to be accepted; the kernel has a bound of its own (somaxconn). */
const BACKLOG = 4096;

/** Listens, and tells where. Rejects with a usage error: an address that cannot be had is a wrong option. */
export function listen(server: Server, where: Where): Promise<Place> {
  const { host, port, socketPath } = where;
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException) => reject(listenError(where, error));
    server.once('error', refuse);
    const address =
      socketPath === '' ? { host, port, backlog: BACKLOG } : { path: socketPath, backlog: BACKLOG };
    server.listen(address, () => {
      server.off('error', refuse);
      resolve(placeOf(server, where.scheme));
    });
  });
}

function placeOf(server: Server, scheme: string): Place {
  const bound = server.address();
  if (bound === null) throw new Error('a listening server has an address');
  if (typeof bound === 'string') return { url: `${scheme}+unix://${bound}`, address: bound, port: 0 };
  const host = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return {
    url: `${scheme}://${host}:${bound.port}`,
    address: bound.address,
    port: bound.port,
  };
}

function listenError(where: Where, error: NodeJS.ErrnoException): ZipfireError {
  const { host, port, portFlag, socketPath } = where;
  const isSocket = socketPath !== '';
  const place = isSocket ? `socketPath (--unix-socket) ${socketPath}` : `${host}:${port}`;
  const hints: Readonly<Record<string, string>> = {
    EADDRINUSE: isSocket
      ? 'remove the file if nobody listens there'
      : `choose another ${portFlag}; 0 takes a free one`,
    EACCES: isSocket
      ? 'choose a folder you may write to'
      : `ports below 1024 need privileges; choose another ${portFlag}`,
    EADDRNOTAVAIL: 'give --host an address of this machine',
    ENOTFOUND: 'give --host an address of this machine',
  };
  return usageError(
    `cannot listen on ${escapeText(place)}: ${escapeText(error.message)}`,
    hints[error.code ?? ''] ?? `check --host, ${portFlag} and --unix-socket`,
  );
}
