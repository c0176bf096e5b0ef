import { isIP } from 'node:net';
import { escapeText, usageError } from '../../core/index.js';

/** Where a page is served. */
export interface ListenAddress {
  /** Name or address, without brackets. */
  readonly host: string;
  /** 0: one that is free. */
  readonly port: number;
  /** Whether only this machine reaches it. */
  readonly loopback: boolean;
}

const LOOPBACK = '127.0.0.1';

/**
 * `host:port`, `[address]:port`, or a port of the loopback address; empty is any free one there.
 * @throws ZipfireError `usage`
 */
export function parseListenAddress(text: string): ListenAddress {
  if (text === '') return { host: LOOPBACK, port: 0, loopback: true };
  const [, bracketed, name, digits] =
    /^(?:(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+))?:)?(\d{1,5})$/i.exec(text) ?? [];
  const host = bracketed ?? name ?? LOOPBACK;
  const port = Number(digits);
  if (digits === undefined || port > 65_535 || (bracketed !== undefined && isIP(bracketed) !== 6)) {
    const hint = '--dashboard, --dashboard=8090 or --dashboard=127.0.0.1:8090';
    throw usageError(`--dashboard: "${escapeText(text, { maxLength: 60 })}" is no address and port`, hint);
  }
  return { host, port, loopback: isLoopback(host) };
}

function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|::1)$/i.test(host);
}

/** As it stands in a URL. */
export function urlOf(host: string, port: number): string {
  return `http://${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}
