import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LineReader } from './lines.js';

function read(chunks: readonly Buffer[], maxBytes = 20) {
  const lines: string[] = [];
  const reader = new LineReader(maxBytes, (bytes, start, end) =>
    lines.push(bytes.toString('latin1', start, end)),
  );
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return { lines, count: reader.lines, tooLong: reader.tooLong };
}

describe('LineReader', () => {
  it('reads the same lines wherever the chunks end', () => {
    const text = fc.stringMatching(/^(.{0,30}(\r?\n)?){0,8}$/);
    fc.assert(
      fc.property(text, fc.array(fc.nat(300), { maxLength: 6 }), (whole, cuts) => {
        const bytes = Buffer.from(whole, 'latin1');
        const at = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length].sort((a, b) => a - b);
        const chunks = at.slice(1).map((end, i) => bytes.subarray(at[i], end));
        assert.deepEqual(read(chunks), read([bytes]));
        const expected = bytes
          .toString('latin1')
          .split('\n')
          .filter((line) => line.length <= 20)
          .map((line) => line.replace(/\r$/, ''))
          .filter((line) => line !== '');
        assert.deepEqual(read([bytes]).lines, expected);
      }),
    );
  });

  it('passes over lines that are too long, and counts them', () => {
    const long = Buffer.from(`${'x'.repeat(21)}\nok\n${'y'.repeat(50)}`);
    assert.deepEqual(read([long]), { lines: ['ok'], count: 3, tooLong: 2 });
    assert.deepEqual(read([...long].map((byte) => Buffer.of(byte))), { lines: ['ok'], count: 3, tooLong: 2 });
  });

  it('keeps no more of a long line than the limit', () => {
    const megabyte = Buffer.alloc(1 << 20, 'x');
    const reader = new LineReader(1000, () => assert.fail('there is no line'));
    for (let i = 0; i < 100; i++) reader.push(megabyte);
    reader.end();
    assert.equal(reader.tooLong, 1);
  });
});
