import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CookieJar } from './jar.js';

const NOW = Date.UTC(2026, 0, 2);
const origin = { host: 'shop.example.com', secure: false };

/** The line that is sent to `to` after these were set by a response to `from`. */
function sent(lines: readonly string[], { to = '/', from = '/', nowMs = NOW, secure = false } = {}): string {
  const jar = new CookieJar({ ...origin, secure });
  for (const line of lines) jar.set(line, from, NOW);
  return jar.line(() => to, nowMs);
}

describe('CookieJar', () => {
  for (const [what, lines, at, line] of [
    ['sends what was set', ['a=1', 'b="x y"; HttpOnly'], {}, 'a=1; b="x y"'],
    ['keeps the last of a name', ['a=1', 'a=2'], {}, 'a=2'],
    ['forgets by Max-Age=0', ['a=1', 'a=; Max-Age=0'], {}, ''],
    ['forgets by a date in the past', ['a=1', 'a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT'], {}, ''],
    ['forgets when the time has come', ['a=1; Max-Age=10', 'b=2'], { nowMs: NOW + 10_000 }, 'b=2'],
    ['keeps until then', ['a=1; Max-Age=10'], { nowMs: NOW + 9999 }, 'a=1'],
    ['has Max-Age win', ['a=1; Max-Age=10; Expires=Thu, 01 Jan 1970 00:00:00 GMT'], {}, 'a=1'],
    ['sends to the path', ['a=1; Path=/shop'], { to: '/shop/cart?x=1' }, 'a=1'],
    ['sends to no other path', ['a=1; Path=/shop'], { to: '/shopping' }, ''],
    ['takes the path of the request', ['a=1'], { from: '/shop/login', to: '/shop/cart' }, 'a=1'],
    ['and sends it nowhere else', ['a=1'], { from: '/shop/login', to: '/' }, ''],
    ['sends longer paths first', ['a=1; Path=/', 'b=2; Path=/x'], { to: '/x/y' }, 'b=2; a=1'],
    ['keeps two paths of one name apart', ['a=1; Path=/', 'a=2; Path=/x'], { to: '/x' }, 'a=2; a=1'],
    ['takes the domain and those above', ['a=1; Domain=.example.com'], {}, 'a=1'],
    ['takes no other domain', ['a=1; Domain=evil.com', 'b=1; Domain=ample.com'], {}, ''],
    ['takes Secure over TLS alone', ['a=1; Secure'], {}, ''],
    ['takes Secure over TLS', ['a=1; Secure'], { secure: true }, 'a=1'],
    ['takes no control characters', ['a=1\u0001', 'b\r\nX: 1=2'], {}, ''],
    ['takes no more than 4096 bytes', [`a=${'x'.repeat(4096)}`], {}, ''],
    ['takes no cookie without a name', ['=1', 'nothing', ''], {}, ''],
  ] as const) {
    it(what, () => assert.equal(sent(lines, at), line));
  }

  it('keeps 50 cookies, and of more the ones set last', () => {
    const line = sent(Array.from({ length: 60 }, (_, i) => `c${i}=1; Path=/`));
    assert.equal(line.split('; ').length, 50);
    assert.ok(!line.includes('c9='));
  });

  it('sends 8 KiB at most', () => {
    assert.ok(sent(Array.from({ length: 50 }, (_, i) => `c${i}=${'x'.repeat(1000)}`)).length <= 8192);
  });
});
