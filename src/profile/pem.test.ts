import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pems } from './pem.fixture.js';
import { refusal, run } from './plan.test.kit.js';

describe('PEM files', () => {
  const { authority, certificate, key, otherKey } = pems;
  const broken = authority.replace(/\n[A-Za-z0-9+/]{64}\n/, '\nAAAA\n');

  const planOf = (files: Readonly<Record<string, string>>) => {
    const flags = Object.fromEntries(Object.keys(files).map((flag) => [flag, `${flag}.pem`]));
    const contents = Object.fromEntries(Object.entries(files).map(([flag, text]) => [`${flag}.pem`, text]));
    return run('https://h/', flags, { files: contents });
  };

  it('that are well go to the plan as they are', () => {
    const { tls } = planOf({ cacert: authority + certificate, cert: certificate, key }).target;
    assert.deepEqual([tls?.ca, tls?.cert, tls?.key], [authority + certificate, certificate, key]);
  });

  const table: [what: string, files: Record<string, string>, message: RegExp][] = [
    ['no PEM', { cacert: 'hello' }, /--cacert: expected a PEM file of certificates: it has none/],
    ['a key where certificates belong', { cacert: key }, /--cacert: expected a PEM file of certificates/],
    ['a broken certificate', { cacert: broken }, /--cacert: the certificate cannot be read/],
    ['one of several', { cacert: authority + broken }, /--cacert: certificate 2 of 2 cannot be read/],
    ['no key', { cert: certificate, key: certificate }, /--key: the key cannot be read/],
    ['a key of another', { cert: certificate, key: otherKey }, /--key: the key is not this certificate's/],
    ['a passphrase', { cert: certificate, key: '-----BEGIN ENCRYPTED PRIVATE KEY-----' }, /passphrase/],
  ];
  for (const [what, files, message] of table) {
    it(`refuses ${what}, with the flag`, () =>
      assert.match(
        refusal(() => planOf(files)),
        message,
      ));
  }
});
