import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeyLog } from './key-log.js';

function read(log: KeyLog): unknown {
  return JSON.parse([...log.toJson()].join(''));
}

test('counts by key, the most frequent first', () => {
  const log = new KeyLog();
  for (const key of ['a', 'b', 'b', 'c', 'b', 'a']) log.record(key);
  const keys = [
    ['b', 3],
    ['a', 2],
    ['c', 1],
  ];
  assert.deepEqual(read(log), { total: 6, distinct: 3, other: 0, keys });
  log.clear();
  assert.deepEqual(read(log), { total: 0, distinct: 0, other: 0, keys: [] });
});

test('what exceeds the bound is counted together', () => {
  const log = new KeyLog(2);
  for (const key of ['a', 'b', 'c', 'd', 'a']) log.record(key);
  const keys = [
    ['a', 2],
    ['b', 1],
  ];
  assert.deepEqual(read(log), { total: 5, distinct: 2, other: 2, keys });
});

test('keys are bytes, shown as the UTF-8 they hold and escaped', () => {
  const log = new KeyLog();
  log.record(Buffer.from('é"\n').toString('latin1'));
  assert.deepEqual(read(log), { total: 1, distinct: 1, other: 0, keys: [['é"\n', 1]] });
});

test('pieces join to one document over their borders', () => {
  const log = new KeyLog();
  for (let i = 0; i < 2_500; i++) log.record(`k${i}`);
  assert.ok([...log.toJson()].length > 3);
  assert.equal((read(log) as { keys: unknown[] }).keys.length, 2_500);
});
