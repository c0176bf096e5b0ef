import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bytesOf, FieldList } from './bytes.test.kit.js';
import { HpackDecoder } from './decoder.js';
import { encodeStateless, type HeaderField, HpackEncoder } from './encoder.js';
import { staticFields } from './static-table.js';

const byteString = (maxLength: number) =>
  fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes).toString('latin1'));

/** Names and values that are static, that repeat, and that are anything. */
const field: fc.Arbitrary<HeaderField> = fc.oneof(
  fc.constantFrom(...staticFields).map(([name, value]) => ({ name, value })),
  fc.record({
    name: fc.constantFrom('a', 'date', ':path', 'x-custom'),
    value: fc.constantFrom('', '1', '/a/b'),
  }),
  fc.record({ name: byteString(40), value: byteString(300), sensitive: fc.boolean() }),
);

function decode(decoder: HpackDecoder, block: string): string[] {
  const list = new FieldList();
  assert.equal(decoder.decode(bytesOf(block), 0, block.length, list), null);
  return list.fields;
}

function lines(fields: readonly HeaderField[]): string[] {
  return fields.map(({ name, value }) => `${name}: ${value}`);
}

test('stateless blocks decode to what went in, and say they are stateless', () => {
  fc.assert(
    fc.property(fc.array(field, { maxLength: 20 }), fc.boolean(), (fields, huffman) => {
      const decoder = new HpackDecoder(2 ** 20);
      const block = fields.map((one) => encodeStateless(one, huffman)).join('');
      assert.deepEqual(decode(decoder, block), lines(fields));
      assert.equal(decoder.stateless, true);
      assert.equal(decoder.tableSize, 0);
    }),
  );
});

test('Huffman code is used only where it is shorter', () => {
  fc.assert(
    fc.property(field, (one) => {
      const plain = encodeStateless(one, false);
      const huffman = encodeStateless(one, true);
      assert.ok(huffman.length <= plain.length);
    }),
  );
});

test('a table that is used, resized and full stays the same on both sides', () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.array(field, { maxLength: 8 }) },
    { weight: 1, arbitrary: fc.nat(4096) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.boolean(), (steps, huffman) => {
      const encoder = new HpackEncoder(4096, huffman);
      const decoder = new HpackDecoder(2 ** 20);
      for (const one of steps) {
        if (typeof one === 'number') {
          encoder.setTableSize(one);
          decoder.setMaxTableSize(one);
        } else assert.deepEqual(decode(decoder, encoder.encode(one)), lines(one));
      }
    }),
  );
});

test('a field that repeats costs one byte from the second time on', () => {
  const encoder = new HpackEncoder(4096, true);
  const fields = [{ name: 'x-custom', value: 'something long enough' }];
  assert.ok(encoder.encode(fields).length > 10);
  assert.equal(encoder.encode(fields).length, 1);
});

test('sensitive fields are never indexed, also where the static table has them', () => {
  const secret = { name: 'authorization', value: 'Bearer x', sensitive: true };
  const encoder = new HpackEncoder(4096, false);
  const block = encoder.encode([secret]);
  assert.equal(bytesOf(block).toString('hex'), `1f08${'08'}${bytesOf('Bearer x').toString('hex')}`);
  assert.equal(encoder.encode([secret]), block);
  assert.equal(encodeStateless(secret, false), block);
  assert.equal(encodeStateless({ name: ':method', value: 'GET', sensitive: true }, false), '\x12\x03GET');
});
