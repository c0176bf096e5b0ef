import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { TimeSorter } from './sort.js';

const folder = mkdtempSync(join(tmpdir(), 'zipfire-sort-'));
after(() => rmSync(folder, { recursive: true }));

function sorted(times: readonly number[], chunkBytes: number): [number, string][] {
  const fd = openSync(join(folder, 'runs'), 'w+');
  try {
    const sorter = new TimeSorter(fd, chunkBytes);
    for (const [i, time] of times.entries()) sorter.add(time, Buffer.from(`r${i}`));
    return [...sorter.sorted()].map(({ timeMs, record }) => [timeMs, record.toString()]);
  } finally {
    closeSync(fd);
  }
}

describe('TimeSorter', () => {
  it('sorts by time, and leaves records of one time in their order, whatever fits into memory', () => {
    const times = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 80 });
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 400 }), (given, chunkBytes) => {
        const expected = given.map((time, i): [number, string] => [time, `r${i}`]).sort(([a], [b]) => a - b);
        assert.deepEqual(sorted(given, chunkBytes), expected);
      }),
      { numRuns: 60 },
    );
  });

  it('takes records larger than all of its memory', () => {
    assert.deepEqual(sorted([3, 1, 2], 1), [
      [1, 'r1'],
      [2, 'r2'],
      [3, 'r0'],
    ]);
  });
});
