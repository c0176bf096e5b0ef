import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileBlock, type TemplateField } from './block-template.js';
import { bytesOf, FieldList } from './bytes.test.kit.js';
import { HpackDecoder } from './decoder.js';

const HOLES = 3;
const piece = fc.oneof(
  fc.constantFrom('', '/kv/', 'x', 'a longer piece of text '.repeat(8)),
  fc.nat(HOLES - 1),
);
const field: fc.Arbitrary<TemplateField> = fc.record({
  name: fc.constantFrom(':path', ':method', 'Content-Type', 'x-key', 'authorization'),
  value: fc.array(piece, { maxLength: 4 }),
  sensitive: fc.boolean(),
});
const values = fc.array(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  { minLength: HOLES, maxLength: HOLES },
);

test('a rendered block decodes to the fields with the values put in', () => {
  fc.assert(
    fc.property(
      fc.array(field, { maxLength: 6 }),
      fc.array(values, { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      (fields, hits, huffman) => {
        const template = compileBlock(fields, huffman);
        for (const hit of hits) {
          const list = new FieldList();
          const decoder = new HpackDecoder(2 ** 20);
          const block = template.render(hit);
          assert.equal(decoder.decode(bytesOf(block), 0, block.length, list), null);
          const expected = fields.map(({ name, value }) => {
            const text = value.map((one) => (typeof one === 'string' ? one : hit[one])).join('');
            return `${name.toLowerCase()}: ${text}`;
          });
          assert.deepEqual(list.fields, expected);
          assert.equal(decoder.stateless, true);
        }
      },
    ),
  );
});

test('a block without holes is the same string each time', () => {
  const template = compileBlock([{ name: ':method', value: ['G', 'ET'] }], false);
  assert.equal(template.render([]), '\x82');
});

test('one hole in the path: static fields, name index, length, value', () => {
  const template = compileBlock(
    [
      { name: ':method', value: ['GET'] },
      { name: ':path', value: ['/kv/', 0] },
      { name: ':scheme', value: ['http'] },
    ],
    false,
  );
  assert.equal(template.render(['user_1']), '\x82\x04\x0a/kv/user_1\x86');
  const long = 'k'.repeat(400);
  assert.equal(template.render([long]), `\x82\x04\x7f\x95\x02/kv/${long}\x86`);
  assert.equal(template.render(['']), '\x82\x04\x04/kv/\x86');
});
