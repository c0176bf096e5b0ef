import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTimeoutMs } from './timeout.js';

test('a timeout is at most 8 digits and a unit', () => {
  const table: [text: string, ms: number | null][] = [
    ['2H', 7_200_000],
    ['1M', 60_000],
    ['99999999S', 99_999_999_000],
    ['250m', 250],
    ['1500u', 1.5],
    ['1000000n', 1],
    ['0m', 0],
    ['100', null],
    ['m', null],
    ['123456789m', null],
    ['1.5S', null],
    ['-1S', null],
    ['1s', null],
    ['1S ', null],
    ['', null],
  ];
  for (const [text, ms] of table) assert.equal(parseTimeoutMs(text), ms, text);
});
