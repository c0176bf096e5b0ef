import { escapeText, ZipfireError } from '../core/index.js';

const NO_TLS = 'the server does not speak TLS';

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset while connecting',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ENOENT: 'no such socket',
  EACCES: 'permission denied',
  ENOTFOUND: 'host name not found',
  EAI_AGAIN: 'host name could not be looked up',
  ETIMEDOUT: 'timed out',
  EMFILE: 'out of file descriptors',
  EADDRNOTAVAIL: 'no local port left',
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  ERR_SSL_HTTP_REQUEST: NO_TLS,
  ERR_HTTP1_SERVER: 'the server speaks HTTP/1.1, not HTTP/2',
  ERR_NO_HTTP2: 'the server does not offer HTTP/2 (ALPN)',
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: 'the server does not offer HTTP/2 (ALPN)',
};

const NO_HTTP2_HINT =
  'gRPC and HTTP/2 need another port; to load this one, use http:// or https:// with --http1';

const NO_TLS_HINT =
  'is this the port for TLS? for one without, use http:// in place of https://, grpc:// of grpcs://';

const hints: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'is the server up, and is this its port? `zipfire serve` starts one to try against',
  ENOTFOUND: 'check the host name in the URL',
  EMFILE: 'raise the limit (ulimit -n) or use fewer connections',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'give its certificate with --cacert, or accept any with --insecure',
  SELF_SIGNED_CERT_IN_CHAIN: 'give the certificate authority with --cacert, or accept any with --insecure',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'give the certificate authority with --cacert, or accept any with --insecure',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name: give that one with --servername',
  EPROTO: NO_TLS_HINT,
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS_HINT,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS_HINT,
  ERR_SSL_HTTP_REQUEST: NO_TLS_HINT,
  ERR_HTTP1_SERVER: NO_HTTP2_HINT,
  ERR_NO_HTTP2: NO_HTTP2_HINT,
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: NO_HTTP2_HINT,
  ERR_NO_SETTINGS: 'is this a port of HTTP/2 or gRPC, and without TLS? with TLS use https:// or grpcs://',
  ERR_SILENT_SERVER:
    'does this port speak HTTP/2? for HTTP/1.1 try http:// with --http1; with TLS use https:// or grpcs://',
  ERR_BROKEN_HTTP2: 'is this a port of HTTP/2 or gRPC, and without TLS? with TLS use https:// or grpcs://',
};

/** What a connection attempt died of, in words. */
function describeConnectError(error: NodeJS.ErrnoException): string {
  const { code } = error;
  const message = plainMessage(error);
  if (code === undefined) return message;
  return `${words[code] ?? message} (${code})`;
}

/** One line, whatever the other side had a part in; of OpenSSL's reports, which name its own sources, the reason alone. */
function plainMessage(error: NodeJS.ErrnoException): string {
  const reason = 'reason' in error && 'library' in error ? error.reason : null;
  return escapeText(typeof reason === 'string' ? `TLS: ${reason}` : error.message.trim());
}

/** The error that ends a run whose target never accepted a connection: exit 4. */
export function unreachable(url: string, error: NodeJS.ErrnoException): ZipfireError {
  return new ZipfireError(
    'unreachable',
    // Without the query: it may hold a secret, and says nothing of where.
    `cannot connect to ${url.replace(/[?#].*$/s, '')}: ${describeConnectError(error)}`,
    hints[error.code ?? ''] ?? 'check that the server is up and the URL is right',
    error,
  );
}
