import { once } from 'node:events';
import type { TLSSocket } from 'node:tls';
import type { Load, Target } from '../core/index.js';
import { createDialer } from './dial.js';
import { unreachable } from './unreachable.js';

/** What is asked for: the part of a load that decides it. */
type Asked = Pick<Load, 'http' | 'driver' | 'pipeline' | 'streams' | 'connectTimeoutMs'>;

/**
 * Which HTTP a run speaks. `auto` over TLS asks the server once, by ALPN, for all workers: HTTP/2 if it offers
 * that, else HTTP/1.1. Requests in flight side by side are asked for in the words of one version, and decide too.
 *
 * @param address as `resolveAddress` found it
 * @param signal ends the asking; what comes of it is then of no interest
 * @throws ZipfireError `unreachable` when it has to be asked for and no connection can be made
 */
export async function negotiateHttp(
  asked: Asked,
  target: Target,
  address: string | null,
  signal?: AbortSignal,
): Promise<'1' | '2'> {
  if (asked.http !== 'auto') return asked.http;
  if (asked.driver === 'grpc' || asked.streams > 1) return '2';
  if (target.tls === null || asked.driver !== 'wire' || asked.pipeline > 1) return '1';
  return (await askByAlpn(target, address, asked.connectTimeoutMs, signal)) === 'h2' ? '2' : '1';
}

async function askByAlpn(
  target: Target,
  address: string | null,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<string | false> {
  const dialer = createDialer({ target, address }, ['h2', 'http/1.1']);
  const socket = dialer.dial({ buffer: Buffer.alloc(1024), callback: () => true }) as TLSSocket;
  const late = setTimeout(() => {
    socket.destroy(Object.assign(new Error('connecting took too long'), { code: 'ETIMEDOUT' }));
  }, timeoutMs);
  try {
    await once(socket, dialer.readyEvent, { signal });
    return socket.alpnProtocol ?? false;
  } catch (error) {
    if (signal?.aborted) return false;
    throw unreachable(target.url, error as NodeJS.ErrnoException); // a socket emits no other
  } finally {
    clearTimeout(late);
    socket.destroy();
  }
}

/** What is spoken, as the result says it. */
export function protocolName(driver: Load['driver'], http: '1' | '2', target: Target): string | null {
  if (driver === 'undici') return http === '1' ? 'http/1.1' : null;
  if (http === '1') return 'http/1.1';
  return target.tls === null ? 'h2c' : 'h2';
}
