import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Stream } from './stream.js';
import { StreamQueue } from './stream-queue.js';

test('first in, first out, and out of the middle without a change of order', () => {
  const slots = 6;
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('toggle', 'shift'), fc.nat(slots - 1))), (steps) => {
      const streams = Array.from({ length: slots }, (_, slot) => new Stream(slot));
      const queue = new StreamQueue(slots);
      const model: Stream[] = [];
      for (const [what, slot] of steps) {
        const stream = streams[slot] as Stream;
        if (what === 'shift') {
          if (model.length > 0) assert.equal(queue.shift(), model.shift());
        } else if (model.includes(stream)) {
          queue.remove(stream);
          model.splice(model.indexOf(stream), 1);
        } else {
          queue.push(stream);
          model.push(stream);
        }
        assert.equal(queue.length, model.length);
      }
      while (model.length > 0) assert.equal(queue.shift(), model.shift());
    }),
  );
});
