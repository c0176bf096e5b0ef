import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { MessageReader } from './message-reader.js';
import { prefixOf } from './response.js';
import { Failure } from './status.js';

function frame(message: Buffer, flag: 0 | 1 = 0): Buffer {
  return Buffer.concat([Buffer.from(prefixOf(flag, message.length), 'latin1'), message]);
}

/** All that a reader finds in the chunks, up to its first failure. */
function read(reader: MessageReader, chunks: readonly Buffer[]): (string | Failure)[] {
  const found: (string | Failure)[] = [];
  for (const chunk of chunks) {
    reader.push(chunk);
    for (let next = reader.next(); next !== null; next = reader.next()) {
      if (next instanceof Failure) return [...found, next];
      found.push(next.toString('latin1'));
    }
  }
  return found;
}

test('the same messages, however the body is cut up', () => {
  const messages = fc.array(fc.tuple(fc.uint8Array({ maxLength: 300 }), fc.boolean()), { maxLength: 8 });
  fc.assert(
    fc.property(messages, fc.array(fc.nat(2000), { maxLength: 20 }), (parts, cuts) => {
      const expected = parts.map(([bytes]) => Buffer.from(bytes));
      const body = Buffer.concat(
        parts.map(([bytes, isPacked]) => (isPacked ? frame(gzipSync(bytes), 1) : frame(Buffer.from(bytes)))),
      );
      const places = [0, ...cuts.filter((cut) => cut < body.length).sort((a, b) => a - b), body.length];
      const chunks = places.slice(1).map((end, index) => body.subarray(places[index], end));
      const reader = new MessageReader(1000, true);
      assert.deepEqual(
        read(reader, chunks),
        expected.map((bytes) => bytes.toString('latin1')),
      );
      assert.ok(reader.isEmpty);
    }),
  );
});

test('what is not whole is waited for', () => {
  const reader = new MessageReader(1000, false);
  assert.deepEqual(read(reader, [frame(Buffer.from('abc')).subarray(0, -1)]), []);
  assert.equal(reader.isEmpty, false);
  assert.deepEqual(read(reader, [Buffer.from('c')]), ['abc']);
  assert.equal(reader.isEmpty, true);
});

test('a message that is too large is refused before it is there', () => {
  const table: [what: string, chunk: Buffer, isGzip: boolean, code: string][] = [
    ['by its length', Buffer.from(prefixOf(0, 1001), 'latin1'), false, 'RESOURCE_EXHAUSTED'],
    ['by what it unpacks to', frame(gzipSync(Buffer.alloc(1001)), 1), true, 'RESOURCE_EXHAUSTED'],
    ['no gzip', frame(Buffer.from('abc'), 1), true, 'INTERNAL'],
    ['half a gzip', frame(gzipSync('abc').subarray(0, -4), 1), true, 'INTERNAL'],
    ['compressed without an encoding', frame(gzipSync('abc'), 1), false, 'INTERNAL'],
    ['another flag', Buffer.from([2, 0, 0, 0, 0]), false, 'INTERNAL'],
  ];
  for (const [what, chunk, isGzip, code] of table) {
    const [failure, ...more] = read(new MessageReader(1000, isGzip), [chunk]);
    assert.ok(failure instanceof Failure, what);
    assert.deepEqual([failure.code, more], [code, []], what);
  }
  const exact = frame(gzipSync(Buffer.alloc(1000)), 1);
  assert.equal(read(new MessageReader(1000, true), [exact])[0]?.toString().length, 1000);
});
