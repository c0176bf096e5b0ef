import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Pattern } from './pattern.js';

/** What JavaScript's own matcher finds. */
function expected(source: string, text: string): string | null {
  const match = new RegExp(source).exec(text);
  return match === null ? null : (match[1] ?? match[0]);
}

const atom = fc.constantFrom('a', 'b', 'c', '.', '[ab]', '[^a]', '\\w', '\\d', '[a-c]', '\\.', '=');
const { pattern } = fc.letrec<{ pattern: string; piece: string }>((tie) => ({
  pattern: fc.oneof(
    { depthSize: 'small' },
    tie('piece'),
    fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `${a}${b}`),
    fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `(?:${a}|${b})`),
  ),
  // What is repeated is never empty: there JavaScript gives an empty round up.
  piece: fc
    .tuple(atom, fc.constantFrom('', '*', '+', '?', '{2}', '{1,3}', '{0,2}?', '*?', '+?', '{2,}'))
    .map(([a, count]) => `${a}${count}`),
}));
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', '=', '.', '\n'), maxLength: 20 });

describe('Pattern', () => {
  it('finds what a regular expression of JavaScript finds', () => {
    fc.assert(
      fc.property(pattern, pattern, text, (before, inside, on) => {
        for (const source of [
          before,
          `${before}(${inside})`,
          `^${before}`,
          `${before}$`,
          `(?:${before}=)+(${inside})`,
        ])
          assert.equal(new Pattern(source).find(on), expected(source, on), source);
      }),
    );
  });

  for (const [source, on, found] of [
    ['token=(\\w+)', 'a; token=abc123; token=x', 'abc123'],
    ['^/orders/(\\d+)$', '/orders/17', '17'],
    ['"id":\\s*"([^"]*)"', '{"id": "x-1"}', 'x-1'],
    ['\\x41', 'zAz', 'A'],
    ['(?:x|(y))z', 'xz', 'xz'],
    ['[\\]\\-a]+', 'b]-a', ']-a'],
    ['é', Buffer.from('café').toString('latin1'), Buffer.from('é').toString('latin1')],
    ['nothing', 'here', null],
  ] as const) {
    it(`finds ${JSON.stringify(found)} by ${source}`, () =>
      assert.equal(new Pattern(source).find(on), found));
  }

  // A backtracking matcher would take 2^65536 steps: that this ends is the assertion.
  for (const source of ['(a+)+$', '(a|a)*$', '(?:a*)*b', '(a*)*=(a*)*=', '.*.*.*=']) {
    it(`ends on a text made against it: ${source}`, () => {
      const found = new Pattern(source).find(`${'a'.repeat(65_535)}!`);
      assert.ok(found === null || found === '');
    });
  }

  for (const [source, message] of [
    ['', /empty/],
    ['(a', /without its "\)"/],
    ['a)', /without its "\("/],
    ['[a', /without its "\]"/],
    ['*a', /nothing to repeat/],
    ['a**', /nothing to repeat/],
    ['(?=a)', /assertions/],
    ['(a)\\1', /\\1 is not taken/],
    ['\\bx', /\\b is not taken/],
    ['a{5,2}', /ends before/],
    ['a{9999}', /above 1000/],
    ['(?:a{1000}){1000}', /too large/],
    ['('.repeat(30), /within more than/],
    ['x'.repeat(501), /more than 500/],
  ] as const) {
    it(`refuses ${source.slice(0, 20)}`, () => assert.throws(() => new Pattern(source), message));
  }
});
