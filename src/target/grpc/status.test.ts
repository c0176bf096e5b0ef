import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeMessage } from './status.js';

test('a message is printable ASCII with everything else percent-encoded', () => {
  const table: [text: string, encoded: string][] = [
    ['', ''],
    ['no such key', 'no such key'],
    ['100%', '100%25'],
    ['a\r\nb\t~', 'a%0D%0Ab%09~'],
    ['é', '%C3%A9'],
    ['\x7f', '%7F'],
  ];
  for (const [text, encoded] of table) assert.equal(encodeMessage(text), encoded);
});

test('any text comes back, and no header is broken by it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const encoded = encodeMessage(text);
      assert.match(encoded, /^[ -~]*$/);
      assert.equal(decodeURIComponent(encoded), text);
    }),
  );
});
