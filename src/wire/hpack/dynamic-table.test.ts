import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DynamicTable, ENTRY_OVERHEAD } from './dynamic-table.js';

function contents(table: DynamicTable<string>): string[] {
  return Array.from({ length: table.count }, (_, age) => `${table.name(age)}=${table.value(age)}`);
}

test('the newest entry has age 0, the oldest goes first', () => {
  const table = new DynamicTable<string>(3 * (ENTRY_OVERHEAD + 2));
  for (const name of ['a', 'b', 'c']) table.add(name, '1');
  assert.deepEqual(contents(table), ['c=1', 'b=1', 'a=1']);
  table.add('d', '1');
  assert.deepEqual(contents(table), ['d=1', 'c=1', 'b=1']);
  assert.equal(table.name(3), undefined);
  assert.equal(table.value(-1), undefined);
});

test('an entry that exactly fits stays, a larger one empties the table', () => {
  const table = new DynamicTable<string>(ENTRY_OVERHEAD + 10);
  table.add('name', 'sixsix');
  assert.equal(table.size, ENTRY_OVERHEAD + 10);
  table.add('name', 'sevens!');
  assert.deepEqual([table.count, table.size], [0, 0]);
});

test('a smaller capacity evicts at once, a larger one brings nothing back', () => {
  const table = new DynamicTable<string>(1000);
  for (const name of ['a', 'b', 'c']) table.add(name, '1');
  table.resize(2 * (ENTRY_OVERHEAD + 2) + 1);
  assert.deepEqual(contents(table), ['c=1', 'b=1']);
  table.resize(1000);
  assert.equal(table.count, 2);
  table.resize(0);
  assert.deepEqual([table.count, table.size, table.capacity], [0, 0, 0]);
});

test('find gives the newest that matches', () => {
  const table = new DynamicTable<string>(1000);
  table.add('a', '1');
  table.add('a', '2');
  table.add('b', '2');
  assert.equal(table.find('a', null), 1);
  assert.equal(
    table.find('a', (value) => value === '1'),
    2,
  );
  assert.equal(table.find('c', null), -1);
});

test('it holds what a plain list holds, and never more than its capacity', () => {
  const step = fc.oneof(
    fc.record({ name: fc.string({ maxLength: 20 }), value: fc.string({ maxLength: 60 }) }),
    fc.record({ capacity: fc.nat(300) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      const table = new DynamicTable<string>(200);
      let capacity = 200;
      let list: [string, string][] = [];
      const size = () =>
        list.reduce((sum, [name, value]) => sum + name.length + value.length + ENTRY_OVERHEAD, 0);
      for (const one of steps) {
        if ('capacity' in one) {
          capacity = one.capacity;
          table.resize(capacity);
        } else {
          table.add(one.name, one.value);
          list.unshift([one.name, one.value]);
        }
        // An entry that does not fit by itself leaves nothing behind it either.
        while (size() > capacity) list = list.slice(0, -1);
        assert.deepEqual(
          contents(table),
          list.map(([name, value]) => `${name}=${value}`),
        );
        assert.equal(table.size, size());
      }
    }),
  );
});
