import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileBlock } from './block-template.js';
import { bytesOf, FieldList } from './bytes.test.kit.js';
import { HpackDecoder } from './decoder.js';
import { FieldTable } from './field-table.js';

const agent = { name: 'user-agent', value: 'zipfire' };
const trace = { name: 'x-trace', value: 'a'.repeat(200) };

function decode(decoder: HpackDecoder, block: string): string[] {
  const list = new FieldList();
  assert.equal(decoder.decode(bytesOf(block), 0, block.length, list), null);
  return list.fields;
}

test('the block that fills the table reads as every one after it, of a byte a field', () => {
  const table = new FieldTable([agent, trace]);
  const fields = [
    { name: ':method', value: ['GET'] },
    { name: ':path', value: ['/kv/', 0] },
    { name: 'user-agent', value: ['zipfire'] },
    { name: 'x-trace', value: [trace.value] },
  ];
  const block = compileBlock(fields, false, table).render(['k1']);
  assert.equal(block, '\x82\x04\x06/kv/k1\xbf\xbe');
  const decoder = new HpackDecoder(2 ** 16);
  const expected = [':method: GET', ':path: /kv/k1', 'user-agent: zipfire', `x-trace: ${trace.value}`];
  assert.deepEqual(decode(decoder, table.inserting(block) ?? ''), expected);
  assert.equal(decoder.tableSize, table.size);
  assert.deepEqual(decode(decoder, block), expected);
  assert.deepEqual(decode(new HpackDecoder(2 ** 16), table.literal(block)), expected);
});

test('a request that lacks a field, or has them turned round, does not fill the table', () => {
  const table = new FieldTable([agent, trace]);
  const block = (...fields: (typeof agent)[]) =>
    compileBlock(
      fields.map(({ name, value }) => ({ name, value: [value] })),
      false,
      table,
    ).render([]);
  assert.equal(table.inserting(block(agent)), null);
  assert.equal(table.inserting(block(trace, agent)), null);
  assert.notEqual(table.inserting(block(agent, { name: 'b', value: 'c' }, trace)), null);
});

test('what does not fit into the table of a peer that set no other is left out', () => {
  const large = { name: 'x-large', value: 'v'.repeat(4096) };
  const table = new FieldTable([large, agent]);
  assert.equal(table.size, 32 + 'user-agent'.length + 'zipfire'.length);
  assert.equal(table.indexOf(large.name, large.value), 0);
  assert.equal(table.indexOf(agent.name, agent.value), 62);
});

test('a value that looks like an index is a value', () => {
  const table = new FieldTable([agent]);
  const fields = [
    { name: ':path', value: [0] },
    { name: 'user-agent', value: ['zipfire'] },
  ];
  const odd = '\xbe\x40\x20\xff'.repeat(50);
  const block = compileBlock(fields, false, table).render([odd]);
  assert.deepEqual(decode(new HpackDecoder(2 ** 16), table.literal(block)), [
    `:path: ${odd}`,
    'user-agent: zipfire',
  ]);
});
