import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { escapeText } from './escape.js';

describe('escapeText', () => {
  it('shows what would act on a terminal', () => {
    const rows: readonly (readonly [string, string])[] = [
      ['GET /kv/user_1?x=ü', 'GET /kv/user_1?x=ü'],
      ['\x1b[2J\x1b]0;title\x07', '\\e[2J\\e]0;title\\u{7}'],
      ['a\nb\r\tc\0', 'a\\nb\\r\\tc\\u{0}'],
      ['\u009b31m', '\\u{9b}31m'],
      ['\u202egnp.exe', '\\u{202e}gnp.exe'],
      ['a\u2028b\u200bc\ufeff', 'a\\u{2028}b\\u{200b}c\\u{feff}'],
      ['\ud800', '\\u{d800}'],
      ['名前 🚀', '名前 🚀'],
      ['e\u0301\u0301\u0301\u0301', 'e\u0301\u0301\\u{301}\\u{301}'],
    ];
    for (const [text, shown] of rows) assert.equal(escapeText(text), shown);
  });

  it('is bounded', () => {
    assert.equal(escapeText('x'.repeat(10_000), { maxLength: 8 }), 'xxxxxxx…');
    assert.equal(escapeText('x'.repeat(8), { maxLength: 8 }), 'xxxxxxxx');
    assert.equal(escapeText('x'.repeat(10_000)).length, 200);
    assert.equal(escapeText('\x1b'.repeat(10), { maxLength: 7 }), '\\e\\e\\e…');
  });

  it('can keep to ASCII', () => {
    assert.equal(escapeText('ü 🚀', { ascii: true }), '\\u{fc} \\u{1f680}');
  });

  it('lets no control or format character through, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.integer({ min: 1, max: 100 }),
        (text, max) => {
          const shown = escapeText(text, { maxLength: max });
          assert.doesNotMatch(shown, /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u);
          assert.ok([...shown].length <= max);
        },
      ),
    );
  });
});
