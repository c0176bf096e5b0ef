import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Hop, nextHop } from './redirect.js';

const hop: Hop = {
  origin: 'http://target.test:8080',
  path: '/a/b?c',
  method: 'POST',
  headers: ['host', 'target.test:8080', 'Authorization', 'secret', 'Content-Type', 'text/plain', 'X', 'y'],
  body: Buffer.from('body'),
  reset: false,
  idempotent: true,
  blocking: false,
  servername: 'target',
  away: false,
};

const places: readonly (readonly [location: string, origin: string, path: string])[] = [
  ['/next', 'http://target.test:8080', '/next'],
  ['next', 'http://target.test:8080', '/a/next'],
  ['?d=e', 'http://target.test:8080', '/a/b?d=e'],
  ['../../../up', 'http://target.test:8080', '/up'],
  ['', 'http://target.test:8080', '/a/b?c'],
  ['/next#fragment', 'http://target.test:8080', '/next'],
  ['//other.test/x', 'http://other.test', '/x'],
  ['https://target.test/x', 'https://target.test', '/x'],
  ['HTTP://TARGET.test:8080', 'http://target.test:8080', '/'],
  ['/with space/ž', 'http://target.test:8080', '/with%20space/%C5%BE'],
];
for (const [location, origin, path] of places) {
  test(`Location ${JSON.stringify(location)} leads to ${origin}${path}`, () => {
    const next = nextHop(hop, 307, location);
    assert.deepEqual([next?.origin, next?.path], [origin, path]);
    assert.equal(next?.away, origin !== hop.origin);
    assert.equal(next?.headers.includes('secret'), origin === hop.origin);
    assert.equal(next?.headers.includes('host'), origin === hop.origin);
  });
}

test('no Location, or a status that is no redirect: nothing to follow', () => {
  assert.equal(nextHop(hop, 302, null), null);
  for (const status of [200, 204, 300, 304, 305, 306, 400]) assert.equal(nextHop(hop, status, '/x'), null);
});

test('once away, always away: back at the target, its secrets stay gone', () => {
  const away = nextHop(hop, 307, 'http://other.test/');
  assert.ok(away !== null);
  const back = nextHop(away, 307, `${hop.origin}/home`);
  assert.equal(back?.origin, hop.origin);
  assert.equal(back?.away, true);
  assert.equal(back?.headers.includes('secret'), false);
});

test('a request that a proxy forwards stays a whole URL within its origin', () => {
  const forwarded = { ...hop, path: `${hop.origin}/a/b?c` };
  assert.equal(nextHop(forwarded, 307, 'd')?.path, `${hop.origin}/a/d`);
  assert.equal(nextHop(forwarded, 307, 'http://other.test/d')?.path, '/d');
});

test('whatever a server says, the next hop is one that can be sent', () => {
  const location = fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl(), fc.webPath());
  const status = fc.constantFrom(200, 301, 302, 303, 307, 308);
  fc.assert(
    fc.property(location, status, (text, code) => {
      const next = nextHop(hop, code, text);
      if (next === null) return;
      assert.match(next.origin, /^https?:\/\/[^/]+$/);
      assert.match(next.path, /^\/[\x21-\x7e]*$/);
      assert.equal(next.headers.length % 2, 0);
      assert.ok(next.origin === hop.origin || !next.headers.includes('secret'));
      assert.equal(next.body === null, next.method === 'GET');
    }),
  );
});
