import { ZipfireError } from '../core/index.js';

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
};

const hints: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'is the server up, and is this its port? `zipfire serve` starts one to try against',
  ENOTFOUND: 'check the host name in the URL',
  EMFILE: 'raise the limit (ulimit -n) or use fewer connections',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'give its certificate with --cacert, or accept any with --insecure',
  SELF_SIGNED_CERT_IN_CHAIN: 'give the certificate authority with --cacert, or accept any with --insecure',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'give the certificate authority with --cacert, or accept any with --insecure',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name: give that one with --servername',
  EPROTO: 'does this port speak TLS? try http://',
};

/** What a connection attempt died of, in words. */
function describeConnectError(error: NodeJS.ErrnoException): string {
  const { code } = error;
  if (code === undefined) return error.message;
  const known = words[code];
  return known === undefined ? `${error.message} (${code})` : `${known} (${code})`;
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
