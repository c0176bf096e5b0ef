import net from 'node:net';
import tls from 'node:tls';
import type { Target } from '../../../core/index.js';

/** What a new connection costs before its first request, in the middle of a few. */
export interface HandshakeFacts {
  readonly tcpMs: number;
  readonly tlsMs: number;
  /** Connections that were made. */
  readonly n: number;
  readonly version: string | null;
}

const TIMES = 5;
const TIMEOUT_MS = 3000;

/** A few connections one after the other, each closed at once. @throws Error when none comes about */
export async function probeHandshake(target: Target): Promise<HandshakeFacts> {
  const made: { tcpMs: number; tlsMs: number; version: string | null }[] = [];
  for (let i = 0; i < TIMES; i++) made.push(await handshake(target));
  return {
    tcpMs: median(made.map(({ tcpMs }) => tcpMs)),
    tlsMs: median(made.map(({ tlsMs }) => tlsMs)),
    n: made.length,
    version: made[0]?.version ?? null,
  };
}

function handshake({ host, port, socketPath, tls: options }: Target) {
  return new Promise<{ tcpMs: number; tlsMs: number; version: string | null }>((resolve, reject) => {
    const startMs = performance.now();
    let connectedMs = startMs;
    const plain = socketPath === null ? net.connect(port, host) : net.connect(socketPath);
    plain.setTimeout(TIMEOUT_MS, () =>
      plain.destroy(new Error(`no handshake within ${TIMEOUT_MS / 1000} s`)),
    );
    plain.once('error', reject);
    plain.once('connect', () => {
      connectedMs = performance.now();
      const { serverName = '', ca = null, cert = null, key = null } = options ?? {};
      const secure = tls.connect({
        socket: plain,
        // What it costs is the question, and whose it is was checked by the load.
        rejectUnauthorized: false,
        ...(serverName === '' ? {} : { servername: serverName }),
        ...(ca === null ? {} : { ca }),
        ...(cert === null || key === null ? {} : { cert, key }),
      });
      secure.once('error', (error) => {
        plain.destroy();
        reject(error);
      });
      secure.once('secureConnect', () => {
        const doneMs = performance.now();
        const version = secure.getProtocol();
        secure.destroy();
        plain.destroy();
        resolve({ tcpMs: connectedMs - startMs, tlsMs: doneMs - connectedMs, version });
      });
    });
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
