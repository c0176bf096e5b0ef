import { readFileSync } from 'node:fs';

const folder = new URL('../../test/support/certs/', import.meta.url);

const pem = (name: string): string => readFileSync(new URL(`${name}.pem`, folder), 'utf8');

/** The certificates of the tests, as texts. */
export const pems = {
  authority: pem('ca'),
  certificate: pem('client'),
  key: pem('client-key'),
  otherKey: pem('server-key'),
};
