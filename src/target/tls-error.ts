import { usageError, type ZipfireError } from '../core/index.js';

/** What to say when a server cannot be made with the certificate it is given. */
export function tlsError(cause: unknown): ZipfireError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return usageError(
    `tlsCert (--tls-cert) and tlsKey (--tls-key) cannot be used: ${reason}`,
    'give a certificate and its own unencrypted key, both as PEM',
  );
}
