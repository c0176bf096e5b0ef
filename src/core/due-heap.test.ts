import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Due, DueHeap } from './due-heap.js';

test('what is due first stands first, whatever is put in, moved and taken out', () => {
  const steps = fc.array(
    fc.record({ entry: fc.nat(20), dueNs: fc.option(fc.nat(50), { nil: null, freq: 4 }) }),
    { maxLength: 200 },
  );
  fc.assert(
    fc.property(steps, (list) => {
      const heap = new DueHeap();
      const entries: Due[] = Array.from({ length: 21 }, () => ({ dueNs: 0, place: -1 }));
      const times = new Map<Due, number>();
      for (const { entry: index, dueNs } of list) {
        const entry = entries[index] as Due;
        if (dueNs === null) {
          heap.remove(entry);
          times.delete(entry);
        } else {
          heap.set(entry, dueNs);
          times.set(entry, dueNs);
        }
        const first = heap.first;
        assert.equal(first?.dueNs ?? Number.POSITIVE_INFINITY, Math.min(...times.values()));
        assert.equal(first === null, times.size === 0);
        if (first !== null) assert.equal(times.get(first), first.dueNs);
      }
      const drained: number[] = [];
      for (let first = heap.first; first !== null; first = heap.first) {
        drained.push(first.dueNs);
        heap.remove(first);
      }
      assert.deepEqual(
        drained,
        [...times.values()].sort((a, b) => a - b),
      );
      assert.ok(entries.every(({ place }) => place === -1));
    }),
  );
});

test('an emptied heap has forgotten its entries', () => {
  const heap = new DueHeap();
  const entry: Due = { dueNs: 0, place: -1 };
  heap.set(entry, 5);
  heap.clear();
  assert.equal(heap.first, null);
  heap.set(entry, 7);
  assert.equal(heap.first, entry);
});
