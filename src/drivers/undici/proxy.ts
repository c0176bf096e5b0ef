import { isIP, type Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { escapeText, usageError } from '../../core/index.js';

/** An HTTP proxy between the driver and the target. */
export interface HttpProxy {
  readonly host: string;
  readonly port: number;
  /** TLS to the proxy itself, for a proxy whose URL is https. */
  readonly secure: ConnectionOptions | null;
  /** By CONNECT; otherwise the proxy reads the requests and forwards them. */
  readonly tunnels: boolean;
  /** Value of Proxy-Authorization, from the user and password in the URL. */
  readonly authorization: string | null;
}

/** @throws ZipfireError `usage` for what is no URL of an HTTP proxy */
export function parseProxy(text: string, tunnels: boolean, trust: ConnectionOptions): HttpProxy {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') {
    throw usageError(`the proxy ${escapeText(text)} is not an http:// or https:// URL`);
  }
  const isSecure = url.protocol === 'https:';
  const host = bare(url.hostname);
  const user = `${decode(url.username)}:${decode(url.password)}`;
  return {
    host,
    port: Number(url.port) || (isSecure ? 443 : 80),
    secure: isSecure ? { ...trust, host, ...(isIP(host) === 0 ? { servername: host } : {}) } : null,
    tunnels,
    authorization: user === ':' ? null : `Basic ${Buffer.from(user, 'utf8').toString('base64')}`,
  };
}

/** Of the proxy's answer; what follows is the target's. */
const MAX_ANSWER_BYTES = 16 * 1024;

/**
 * Asks the proxy at the other end of `socket` to connect it through to `target` (RFC 9110 §9.3.6).
 * @param done called once if the proxy answers; a socket that ends is for its owner to notice
 */
export function openTunnel(
  proxy: HttpProxy,
  socket: Socket,
  target: { readonly host: string; readonly port: number },
  done: (error: Error | null) => void,
): void {
  const authority = `${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port}`;
  const credentials = proxy.authorization === null ? '' : `Proxy-Authorization: ${proxy.authorization}\r\n`;
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${credentials}\r\n`, 'latin1');
  let answer: Buffer = Buffer.alloc(0);
  const read = () => {
    for (let chunk: Buffer | null = socket.read(); chunk !== null; chunk = socket.read()) {
      answer = Buffer.concat([answer, chunk]);
      const end = answer.indexOf('\r\n\r\n');
      if (end < 0 && answer.length < MAX_ANSWER_BYTES) continue;
      socket.off('readable', read);
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(answer.toString('latin1', 0, 12))?.[1];
      if (end >= 0 && status?.startsWith('2')) {
        socket.unshift(answer.subarray(end + 4));
        done(null);
      } else {
        done(new Error(`the proxy answered ${status ?? 'what is not HTTP'} to CONNECT ${authority}`));
      }
      return;
    }
  };
  socket.on('readable', read);
}

/** A host name as sockets take it: an IPv6 address without its brackets. */
function bare(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
