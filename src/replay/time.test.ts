import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readTime } from './time.js';

const SECOND = Date.UTC(2000, 9, 10, 20, 55, 36);

const times: readonly [text: string, ms: number | null, isWhole?: boolean][] = [
  ['10/Oct/2000:13:55:36 -0700', SECOND, true],
  ['10/Oct/2000:20:55:36 +0000', SECOND, true],
  ['11/Oct/2000:02:25:36 +0530', SECOND, true],
  ['10/Oct/2000:20:55:36.250 +0000', SECOND + 250, false],
  ['2000-10-10T20:55:36Z', SECOND, true],
  ['2000-10-10T13:55:36-07:00', SECOND, true],
  ['2000-10-10T13:55:36-0700', SECOND, true],
  ['2000-10-10 20:55:36', SECOND, true],
  ['2000-10-10 20:55:36,5', SECOND + 500, false],
  ['2000-10-10T20:55:36.000001Z', SECOND + 0.001, false],
  [`${SECOND / 1e3}`, SECOND, true],
  [`${SECOND / 1e3}.5`, SECOND + 500, false],
  [`${SECOND + 1}`, SECOND + 1, false],
  [`${SECOND}001`, SECOND + 0.001, false],
  ['10/Foo/2000:13:55:36 -0700', null],
  ['2000-13-45T00:00:00Z', null],
  ['yesterday', null],
  ['', null],
  ['-', null],
];

describe('readTime', () => {
  for (const [text, ms, isWhole] of times) {
    it(`"${text}"`, () => {
      const read = readTime(text);
      if (ms === null) assert.equal(read, null);
      else {
        assert.ok(read !== null && Math.abs(read.ms - ms) < 1e-3, `${read?.ms}`);
        assert.equal(read.isWhole, isWhole);
      }
    });
  }
});
