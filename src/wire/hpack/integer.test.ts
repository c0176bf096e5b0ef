import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesOf } from './bytes.test.kit.js';
import { encodeInteger, plainLength } from './integer.js';

test('the examples of RFC 7541 C.1, and the edges', () => {
  const table: [pattern: number, prefix: number, value: number, hex: string][] = [
    [0x00, 5, 10, '0a'],
    [0x00, 5, 1337, '1f9a0a'],
    [0x00, 8, 42, '2a'],
    [0x00, 5, 30, '1e'],
    [0x00, 5, 31, '1f00'],
    [0x80, 7, 126, 'fe'],
    [0x80, 7, 127, 'ff00'],
    [0x80, 7, 254, 'ff7f'],
    [0x80, 7, 255, 'ff8001'],
    [0x20, 5, 4096, '3fe11f'],
    [0x00, 7, 2 ** 40 + 127, '7f808080808020'],
  ];
  for (const [pattern, prefix, value, expected] of table)
    assert.equal(bytesOf(encodeInteger(pattern, prefix, value)).toString('hex'), expected, `${value}`);
});

test('a length is the same from the table and computed', () => {
  for (const length of [0, 1, 126, 127, 128, 255, 16_384])
    assert.equal(plainLength(length), encodeInteger(0, 7, length));
});
