import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAtLeast } from './version.js';

const table: readonly (readonly [string | null, string, boolean | null])[] = [
  ['go1.25.3', '1.25', true],
  ['go1.24.9', '1.25', false],
  ['go1.25rc1', '1.25', true],
  ['v20.19.4', '26', false],
  ['1.29.7', '1.29.7', true],
  ['1.29.10', '1.29.7', true],
  ['devel', '1.25', null],
  [null, '1.25', null],
];

for (const [version, least, expected] of table) {
  test(`${version} is at least ${least}: ${expected}`, () => {
    assert.equal(isAtLeast(version, least), expected);
  });
}
