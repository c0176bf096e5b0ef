import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ZipfireError } from '../../core/index.js';
import { parseListenAddress, urlOf } from './address.js';

describe('the address of a dashboard', () => {
  const cases = [
    ['', '127.0.0.1', 0, true],
    ['8090', '127.0.0.1', 8090, true],
    [':8090', '127.0.0.1', 8090, true],
    ['localhost:0', 'localhost', 0, true],
    ['127.1.2.3:65535', '127.1.2.3', 65_535, true],
    ['[::1]:8090', '::1', 8090, true],
    ['0.0.0.0:8090', '0.0.0.0', 8090, false],
    ['[::]:8090', '::', 8090, false],
    ['load-7.internal:8090', 'load-7.internal', 8090, false],
    ['127.0.0.1.evil.example:80', '127.0.0.1.evil.example', 80, false],
  ] as const;
  for (const [text, host, port, loopback] of cases)
    it(`reads "${text}"`, () => assert.deepEqual(parseListenAddress(text), { host, port, loopback }));

  for (const text of [
    'http://127.0.0.1:1',
    '127.0.0.1',
    'a:65536',
    '[127.0.0.1]:80',
    '::1:80',
    'a b:80',
    '-1',
  ])
    it(`refuses "${text}"`, () => assert.throws(() => parseListenAddress(text), ZipfireError));

  it('puts an IPv6 address in brackets', () => {
    assert.equal(urlOf('::1', 80), 'http://[::1]:80');
    assert.equal(urlOf('localhost', 80), 'http://localhost:80');
  });
});
