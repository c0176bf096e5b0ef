import { formatSpan } from '../../core/index.js';

/** Why a server that accepts connections is no server of HTTP/2, as errors whose codes `unreachable` has words for. */

const HTTP1 = 'HTTP/1.';

/**
 * Whether the first bytes of a connection are those of an HTTP/1.x response: what a server answers that takes the
 * preface for a request. As a frame they would be longer than any frame may be, so there is nothing to mix up.
 */
export function isHttp1Response(bytes: Buffer, length: number): boolean {
  const seen = Math.min(length, HTTP1.length);
  return seen > 0 && bytes.toString('latin1', 0, seen) === HTTP1.slice(0, seen);
}

export function http1Server(): NodeJS.ErrnoException {
  return withCode('ERR_HTTP1_SERVER', 'the server speaks HTTP/1.1');
}

export function noHttp2ByAlpn(): NodeJS.ErrnoException {
  return withCode('ERR_NO_HTTP2', 'the server did not choose HTTP/2 (ALPN)');
}

export function noSettings(): NodeJS.ErrnoException {
  return withCode('ERR_NO_SETTINGS', 'the server closed the connection before its SETTINGS');
}

export function brokenHttp2(reason: string): NodeJS.ErrnoException {
  return withCode('ERR_BROKEN_HTTP2', `the server does not speak HTTP/2: ${reason}`);
}

export function connectTimeout(): NodeJS.ErrnoException {
  return withCode('ETIMEDOUT', 'connecting took too long');
}

export function silentServer(waitedMs: number): NodeJS.ErrnoException {
  return withCode(
    'ERR_SILENT_SERVER',
    `the server accepted the connection and sent no HTTP/2 SETTINGS within ${formatSpan(waitedMs / 1000)}`,
  );
}

function withCode(code: string, message: string): NodeJS.ErrnoException {
  return Object.assign(new Error(message), { code });
}
