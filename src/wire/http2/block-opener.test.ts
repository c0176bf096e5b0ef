import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileBlock, FieldTable, HpackDecoder } from '../hpack/index.js';
import { BlockOpener } from './block-opener.js';

const COMMON = [
  { name: ':authority', value: '127.0.0.1:8080' },
  { name: 'user-agent', value: 'zipfire' },
  { name: 'x-tenant', value: 'a'.repeat(100) },
];

function fieldsOf(decoder: HpackDecoder, block: string): string[] {
  const fields: string[] = [];
  const fault = decoder.decode(Buffer.from(block, 'latin1'), 0, block.length, {
    field(name, bytes, from, to) {
      fields.push(`${name}: ${bytes.toString('latin1', from, to)}`);
    },
  });
  assert.equal(fault, null);
  return fields;
}

/** Which of the common fields a request has, or the limit that the peer sets. */
const step = fc.oneof(
  { weight: 5, arbitrary: fc.subarray([0, 1, 2]) },
  { weight: 2, arbitrary: fc.constant([0, 1, 2]) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 5000 }) },
);

test('whatever the requests have and the peer allows, it reads what was meant', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const table = new FieldTable(COMMON);
      const excess = { bytes: 0 };
      const opener = new BlockOpener(table, excess);
      const decoder = new HpackDecoder(2 ** 16);
      let lowest = 4096;
      let compiled = 0;
      let sent = 0;
      for (const [hit, one] of steps.entries()) {
        if (typeof one === 'number') {
          lowest = Math.min(lowest, one);
          opener.limit(lowest);
          decoder.setMaxTableSize(lowest);
          continue;
        }
        const present = one.map((at) => COMMON[at] ?? assert.fail());
        const fields = present.map(({ name, value }) => ({ name, value: [value] as (string | number)[] }));
        const block = compileBlock([...fields, { name: 'x-hit', value: [0] }], false, table).render([
          String(hit),
        ]);
        const whole = opener.settled ? block : opener.open(block);
        compiled += block.length;
        sent += whole.length;
        const expected = [...present.map(({ name, value }) => `${name}: ${value}`), `x-hit: ${hit}`];
        assert.deepEqual(fieldsOf(decoder, whole), expected);
      }
      assert.equal(sent - compiled, excess.bytes);
    }),
  );
});

test('after the first whole request blocks go out as they are, also when the peer wants a smaller table that holds them', () => {
  const table = new FieldTable(COMMON);
  const opener = new BlockOpener(table, { bytes: 0 });
  const fields = COMMON.map(({ name, value }) => ({ name, value: [value] }));
  const block = compileBlock(fields, false, table).render([]);
  assert.equal(opener.settled, false);
  opener.open(block);
  assert.equal(opener.settled, true);
  opener.limit(1024);
  assert.equal(opener.open(block), `\x3f\xe1\x07${block}`);
  assert.equal(opener.settled, true);
  opener.limit(16);
  assert.equal(opener.open(block), `\x20${table.literal(block)}`);
  assert.equal(opener.settled, false);
});
