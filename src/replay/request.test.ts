import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { safeHeaders, safeTarget } from './request.js';

const targets: readonly [given: string, sent: string | null][] = [
  ['/a?b=c', '/a?b=c'],
  ['/a b', '/a%20b'],
  ['/ä', '/%C3%A4'],
  ['/a%2Fb', '/a%2Fb'],
  ['/100%', '/100%25'],
  ['/a\r\nX: y', '/a%0D%0AX:%20y'],
  ['/a#b', '/a'],
  ['//host/a', '//host/a'],
  ['http://elsewhere:81/a?b#c', '/a?b'],
  ['https://elsewhere', '/'],
  ['https://elsewhere?q=1', '/?q=1'],
  ['', null],
  ['*', null],
  ['a/b', null],
  ['elsewhere:443', null],
];

describe('safeTarget', () => {
  for (const [given, sent] of targets) {
    it(`${JSON.stringify(given)} is ${sent ?? 'left out'}`, () => assert.equal(safeTarget(given), sent));
  }

  it('never lets a blank, a control character or a byte above 0x7e through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.match(safeTarget(`/${text}`) ?? '', /^\/[\x21-\x7e]*$/);
      }),
    );
  });
});

describe('safeHeaders', () => {
  it('leaves out what follows from the target, the body and the connection', () => {
    const given = [':path', 'Host', 'Content-Length', 'Connection', 'TE', 'Accept'] as const;
    assert.deepEqual(safeHeaders(given.map((name) => [name, 'x'])), [['Accept', 'x']]);
  });

  it('refuses what would end the line', () => {
    assert.equal(safeHeaders([['X-A', 'b\r\nHost: evil']]), null);
    assert.equal(safeHeaders([['X A', 'b']]), null);
  });
});
