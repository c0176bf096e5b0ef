import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { usageError } from '../core/index.js';

const BLOCK =
  /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]*-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;

/**
 * The certificates of a PEM text, looked at here so that a broken one is refused with its place, and not by a worker.
 * @throws ZipfireError `usage`
 */
export function readCertificates(pem: string): X509Certificate[] {
  const blocks = pem.match(BLOCK) ?? [];
  if (blocks.length === 0) throw usageError('expected a PEM file of certificates: it has none');
  return blocks.map((block, i) => {
    try {
      return new X509Certificate(block);
    } catch {
      const which = blocks.length === 1 ? 'the certificate' : `certificate ${i + 1} of ${blocks.length}`;
      throw usageError(`${which} cannot be read`, 'openssl x509 -in … -text shows what is wrong with it');
    }
  });
}

/** @throws ZipfireError `usage` */
export function readKey(pem: string): KeyObject {
  if (pem.includes('ENCRYPTED')) {
    throw usageError('the key is protected by a passphrase', 'decrypt it: openssl pkey -in …');
  }
  if (!pem.includes('-----BEGIN ')) throw usageError('expected a PEM file: there is no "-----BEGIN" in it');
  try {
    return createPrivateKey(pem);
  } catch {
    throw usageError('the key cannot be read', 'openssl pkey -in … -noout shows what is wrong with it');
  }
}

/** @throws ZipfireError `usage` when the key is another's */
export function checkPair(certificate: X509Certificate | undefined, key: KeyObject): void {
  if (certificate === undefined || certificate.checkPrivateKey(key)) return;
  throw usageError("the key is not this certificate's", 'give the pair that was made together');
}
