import type { Server } from 'node:net';
import { escapeText, usageError, type ZipfireError } from '../core/index.js';
import type { TargetOptions } from './options.js';

/** Where a target can be reached. */
export interface Place {
  /** `http://127.0.0.1:8080`, `https://[::1]:8443`, or `http+unix:///path` for a unix socket. */
  readonly url: string;
  /** The address listened on; the path of a unix socket. */
  readonly address: string;
  /** 0 for a unix socket. */
  readonly port: number;
}

/** What clients may have waiting to be accepted; the kernel has a bound of its own (somaxconn). */
const BACKLOG = 4096;

/** Listens, and tells where. Rejects with a usage error: an address that cannot be had is a wrong option. */
export function listen(server: Server, options: TargetOptions): Promise<Place> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException) => reject(listenError(options, error));
    server.once('error', refuse);
    const where =
      options.socketPath === ''
        ? { host: options.host, port: options.port, backlog: BACKLOG }
        : { path: options.socketPath, backlog: BACKLOG };
    server.listen(where, () => {
      server.off('error', refuse);
      resolve(placeOf(server, options.tlsCert !== ''));
    });
  });
}

function placeOf(server: Server, isTls: boolean): Place {
  const bound = server.address();
  if (bound === null) throw new Error('a listening server has an address');
  const scheme = isTls ? 'https' : 'http';
  if (typeof bound === 'string') return { url: `${scheme}+unix://${bound}`, address: bound, port: 0 };
  const host = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return {
    url: `${scheme}://${host}:${bound.port}`,
    address: bound.address,
    port: bound.port,
  };
}

function listenError(options: TargetOptions, error: NodeJS.ErrnoException): ZipfireError {
  const isSocket = options.socketPath !== '';
  const where = isSocket
    ? `socketPath (--unix-socket) ${options.socketPath}`
    : `${options.host}:${options.port}`;
  const hints: Readonly<Record<string, string>> = {
    EADDRINUSE: isSocket
      ? 'remove the file if nobody listens there'
      : 'choose another --port; 0 takes a free one',
    EACCES: isSocket
      ? 'choose a folder you may write to'
      : 'ports below 1024 need privileges; choose another --port',
    EADDRNOTAVAIL: 'give --host an address of this machine',
    ENOTFOUND: 'give --host an address of this machine',
  };
  return usageError(
    `cannot listen on ${escapeText(where)}: ${escapeText(error.message)}`,
    hints[error.code ?? ''] ?? 'check --host, --port and --unix-socket',
  );
}
