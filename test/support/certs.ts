import { readFileSync } from 'node:fs';

const folder = new URL('../../../test/support/certs/', import.meta.url);

/** A certificate with its key, PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** The authority that signed `server` and `client`. See certs/make.sh. */
export const authority = pem('ca');
/** An authority that signed neither. */
export const strangerAuthority = pem('stranger');
/** For zipfire.test, localhost, 127.0.0.1 and ::1. */
export const server = pair('server');
/** The same names, signed by the stranger. */
export const strangerServer = pair('stranger-server');
export const client = pair('client');

function pair(name: string): KeyPair {
  return { cert: pem(name), key: pem(`${name}-key`) };
}

function pem(name: string): string {
  return readFileSync(new URL(`${name}.pem`, folder), 'utf8');
}
