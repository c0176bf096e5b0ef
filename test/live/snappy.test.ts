import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { snappyLiterals } from '#zipfire/live/export/snappy.js';
import { uncompress } from './decode.js';

describe("Snappy's block format", () => {
  const unchanged = (bytes: Uint8Array) =>
    assert.ok(
      Buffer.from(uncompress(snappyLiterals(bytes))).equals(Buffer.from(bytes)),
      `${bytes.length} bytes`,
    );

  it('is read by another implementation, whatever is in it', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), unchanged));
  });

  for (const length of [1, 59, 60, 61, 127, 128, 256, 257, 65_535, 65_536, 65_537, 200_000])
    it(`holds ${length} bytes`, () => unchanged(Uint8Array.from({ length }, (_, i) => (i * 31) & 255)));
});
