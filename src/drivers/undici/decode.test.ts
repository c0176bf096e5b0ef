import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { BodyDecoder } from './decode.js';

const encoders = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync };
type Coding = keyof typeof encoders;
const codings = Object.keys(encoders) as Coding[];

test('what was encoded once, twice or three times comes back, however it is cut into chunks', () => {
  const chain = fc.array(fc.constantFrom(...codings), { minLength: 1, maxLength: 3 });
  const size = fc.integer({ min: 1, max: 100 });
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 2_000 }), chain, size, (bytes, names, chunkSize) => {
      const body = Buffer.from(bytes);
      const encoded = names.reduce<Buffer>((data, name) => encoders[name](data), body);
      const decoder = BodyDecoder.for(names.join(', '));
      assert.ok(decoder !== null);
      for (let at = 0; at < encoded.length; at += chunkSize)
        decoder.push(encoded.subarray(at, at + chunkSize));
      assert.ok(decoder.finish(1_000_000).equals(body));
    }),
    { numRuns: 50 },
  );
});

test('deflate without its zlib wrapper', () => {
  const decoder = BodyDecoder.for('deflate');
  decoder?.push(deflateRawSync('hello'));
  assert.equal(decoder?.finish(100).toString(), 'hello');
});

test('nothing to decode: identity, unknown codings, too many of them, names of properties', () => {
  for (const header of [
    '',
    'identity',
    'zstd',
    'gzip, zstd',
    'gzip,gzip,gzip,gzip',
    '__proto__',
    'toString',
  ]) {
    assert.equal(BodyDecoder.for(header), null, header);
  }
});

test('output is bounded at each step', () => {
  const decoder = BodyDecoder.for('gzip, gzip');
  decoder?.push(gzipSync(gzipSync(Buffer.alloc(1_000_000))));
  assert.throws(() => decoder?.finish(999_999), { code: 'ERR_BUFFER_TOO_LARGE' });
});

test('any header and any body: decoded, or refused with an error', () => {
  const coding = fc.constantFrom('gzip', 'br', 'deflate', 'x-gzip', 'identity', 'nonsense', '', ' ');
  fc.assert(
    fc.property(fc.array(coding), fc.uint8Array(), (names, bytes) => {
      const decoder = BodyDecoder.for(names.join(','));
      decoder?.push(Buffer.from(bytes));
      try {
        const body = decoder?.finish(10_000);
        assert.ok(body === undefined || body.length <= 10_000);
      } catch (error) {
        assert.ok(error instanceof Error && 'code' in error, String(error));
      }
    }),
  );
});
