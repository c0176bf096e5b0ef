import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SharedFields } from './shared-fields.js';

const fixed = (name: string, value: string) => ({ name, value: [value] });

test('the fields that every operation has, without secrets, holes and what is one byte anyway', () => {
  const shared = new SharedFields();
  shared.add([
    fixed(':method', 'GET'),
    fixed(':authority', 'a:1'),
    { name: ':path', value: ['/', 0] },
    fixed('x-a', '1'),
    fixed('x-b', '1'),
    { name: 'authorization', value: ['Bearer x'], sensitive: true },
  ]);
  shared.add([fixed(':authority', 'a:1'), fixed('x-a', '1'), fixed('x-b', '2')]);
  const { table } = shared;
  assert.equal(table.indexOf(':authority', 'a:1'), 63);
  assert.equal(table.indexOf('x-a', '1'), 62);
  for (const [name, value] of [
    [':method', 'GET'],
    ['x-b', '1'],
    ['x-b', '2'],
    ['authorization', 'Bearer x'],
  ] as const)
    assert.equal(table.indexOf(name, value), 0, name);
});

test('a field that stands twice in a request could not fill the table once', () => {
  const shared = new SharedFields();
  shared.add([fixed('x-a', '1'), fixed('x-a', '1'), fixed('x-b', '1')]);
  assert.equal(shared.table.indexOf('x-a', '1'), 0);
  assert.equal(shared.table.indexOf('x-b', '1'), 62);
});

test('an operation that comes after the first request changes nothing', () => {
  const shared = new SharedFields();
  shared.add([fixed('x-a', '1')]);
  const { table } = shared;
  shared.add([fixed('x-b', '1')]);
  assert.equal(shared.table, table);
  assert.equal(table.indexOf('x-a', '1'), 62);
});
