import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ENTRY_OVERHEAD, Store, type StoreLimits } from './store.js';

const roomy: StoreLimits = { maxKeys: 100, maxStoredBytes: 1e6, whenFull: 'evict' };

test('puts, replaces, deletes', () => {
  const store = new Store(roomy);
  assert.equal(store.put('a', '1'), 'created');
  assert.equal(store.put('a', '22'), 'replaced');
  assert.equal(store.get('a')?.value, '22');
  assert.equal(store.bytes, 1 + 2 + ENTRY_OVERHEAD);
  assert.equal(store.delete('a'), true);
  assert.equal(store.delete('a'), false);
  assert.equal(store.get('a'), undefined);
  assert.equal(store.bytes, 0);
});

test('a time to live ends on the clock, and a later write ends it', () => {
  let nowMs = 1_000;
  const store = new Store(roomy, () => nowMs);
  store.put('a', '1', 100);
  store.put('b', '1', 100);
  nowMs = 1_099;
  assert.equal(store.get('a')?.value, '1');
  store.put('b', '2');
  nowMs = 1_100;
  assert.equal(store.get('a'), undefined);
  assert.equal(store.put('a', '3'), 'created');
  assert.equal(store.get('b')?.value, '2');
});

test('expired keys that nobody reads are swept by writes', () => {
  let nowMs = 0;
  const store = new Store(roomy, () => nowMs);
  for (let i = 0; i < 10; i++) store.put(`old${i}`, 'x', 10);
  nowMs = 20;
  for (let i = 0; i < 10; i++) store.put('new', 'x');
  assert.equal(store.size, 1);
  assert.equal(store.evictions, 0);
});

test('a full store drops the keys written longest ago', () => {
  const store = new Store({ ...roomy, maxKeys: 3 });
  for (const key of ['a', 'b', 'c', 'a', 'd']) store.put(key, key);
  assert.deepEqual(
    ['a', 'b', 'c', 'd'].filter((key) => store.get(key) !== undefined),
    ['a', 'c', 'd'],
  );
  assert.equal(store.evictions, 1);
});

test('a full store refuses when told to, but not the replacement of a value', () => {
  const store = new Store({ maxKeys: 2, maxStoredBytes: 2 * ENTRY_OVERHEAD + 20, whenFull: 'refuse' });
  assert.equal(store.put('a', '1'), 'created');
  assert.equal(store.put('b', '1'), 'created');
  assert.equal(store.put('c', '1'), 'full');
  assert.equal(store.put('a', '2'), 'replaced');
  assert.equal(store.put('a', 'x'.repeat(100)), 'full');
  assert.equal(store.get('a')?.value, '2', 'a refused write leaves the value as it was');
});

test('a value larger than the store is refused and drops nothing', () => {
  const store = new Store({ ...roomy, maxStoredBytes: 1000 });
  store.put('a', '1');
  assert.equal(store.put('b', 'x'.repeat(1000)), 'full');
  assert.equal(store.size, 1);
});

test('no entity tag is given twice', () => {
  const store = new Store({ ...roomy, maxKeys: 2 });
  const tags = new Set<string>();
  for (let i = 0; i < 50; i++) {
    const key = `k${i % 5}`;
    store.put(key, 'same');
    tags.add(store.get(key)?.etag ?? '');
    if (i % 7 === 0) store.delete(key);
  }
  assert.equal(tags.size, 50);
  const later = new Store(roomy, () => Date.now() + 1);
  later.put('k', 'same');
  assert.ok(!tags.has(later.get('k')?.etag ?? ''));
});

test('whatever is done, the bounds hold and the bytes are those of the entries', () => {
  const command = fc.record({
    key: fc.string({ maxLength: 2 }),
    value: fc.string({ maxLength: 40 }),
    ttlMs: fc.constantFrom(5, 50, Number.POSITIVE_INFINITY),
    isDelete: fc.boolean(),
    passMs: fc.nat(20),
  });
  const limits = fc.record({
    maxKeys: fc.integer({ min: 1, max: 6 }),
    maxStoredBytes: fc.integer({ min: 100, max: 800 }),
    whenFull: fc.constantFrom('evict' as const, 'refuse' as const),
  });
  fc.assert(
    fc.property(limits, fc.array(command, { maxLength: 60 }), (bounds, commands) => {
      let nowMs = 0;
      const store = new Store(bounds, () => nowMs);
      const keys = new Set<string>();
      for (const { key, value, ttlMs, isDelete, passMs } of commands) {
        nowMs += passMs;
        keys.add(key);
        if (isDelete) store.delete(key);
        else if (store.put(key, value, ttlMs) !== 'full') assert.equal(store.get(key)?.value, value);
        assert.ok(store.size <= bounds.maxKeys);
        assert.ok(store.bytes <= bounds.maxStoredBytes);
      }
      let bytes = 0;
      for (const key of keys) {
        const entry = store.get(key);
        if (entry !== undefined) bytes += key.length + entry.value.length + ENTRY_OVERHEAD;
      }
      assert.equal(store.bytes, bytes);
    }),
  );
});
