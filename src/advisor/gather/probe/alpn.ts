import type { TLSSocket } from 'node:tls';
import type { ProbeSockets } from './sockets.js';

/** Which HTTP a server speaks over TLS, asked by ALPN (RFC 7301). */
export interface AlpnFacts {
  /** What it chose of both: `h2`, `http/1.1`; null: it chose none. */
  readonly chosen: string | null;
  readonly http2: boolean;
  /** Taken as spoken, too, by a server without ALPN. */
  readonly http1: boolean;
}

/** Three handshakes. @throws Error when that with both offers does not come about */
export async function probeAlpn(sockets: ProbeSockets): Promise<AlpnFacts> {
  const chosen = await ask(sockets, ['h2', 'http/1.1']);
  const only = async (protocol: string) => {
    const answer = await ask(sockets, [protocol]).catch(() => undefined);
    sockets.throwIfAborted();
    return answer;
  };
  const http2 = chosen === 'h2' || (await only('h2')) === 'h2';
  const http1 = chosen === 'http/1.1' || (await only('http/1.1').then(isHttp1));
  return { chosen, http2, http1 };
}

function isHttp1(answer: string | null | undefined): boolean {
  return answer === 'http/1.1' || answer === null;
}

/** Null: the server chose none, and went on. */
async function ask(sockets: ProbeSockets, protocols: readonly string[]): Promise<string | null> {
  const { socket } = await sockets.open({ protocols });
  const { alpnProtocol } = socket as TLSSocket; // asked only of targets of TLS
  socket.on('error', () => {});
  socket.destroy();
  return alpnProtocol === false || alpnProtocol === null ? null : alpnProtocol;
}
