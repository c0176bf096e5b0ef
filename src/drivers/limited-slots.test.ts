import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LimitedSlots } from './limited-slots.js';

function setUp(slots: readonly number[], limit: number) {
  const idle: number[] = [];
  const ring = new LimitedSlots(slots, limit, (connection) => idle.push(connection));
  slots.forEach((count, connection) => {
    for (let i = 0; i < count; i++) ring.push(connection);
  });
  return { ring, idle };
}

const drain = (ring: LimitedSlots) => Array.from({ length: ring.length }, () => ring.shift());

describe('limited slots', () => {
  it('hand out those of the first connections', () => {
    const { ring, idle } = setUp([2, 2, 2], 2);
    assert.deepEqual(drain(ring), [0, 0, 1, 1]);
    assert.deepEqual(idle, [2]);
  });

  it('hand out the others when the limit rises', () => {
    const { ring } = setUp([1, 1, 1, 1], 1);
    ring.limit(3);
    assert.deepEqual(drain(ring), [0, 1, 2]);
  });

  it('keep slots aside when the limit falls: free ones at once, others as they come back', () => {
    const { ring, idle } = setUp([2, 2, 1], 3);
    const taken = [ring.shift(), ring.shift(), ring.shift()];
    assert.deepEqual(taken, [0, 0, 1]);
    ring.limit(1);
    assert.deepEqual([ring.length, idle], [0, [2]]);
    ring.push(1);
    assert.deepEqual([ring.length, idle], [0, [2, 1]]);
    ring.push(0);
    assert.deepEqual(drain(ring), [0]);
  });

  it('lose none, and hand out none beyond the limit, whatever happens', () => {
    const move = fc.oneof(
      fc.record({ limit: fc.integer({ min: 1, max: 6 }) }),
      fc.constant({ take: true as const }),
      fc.record({ give: fc.nat() }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 6 }),
        fc.array(move),
        (slots, moves) => {
          const { ring } = setUp(slots, slots.length);
          const out: number[] = [];
          let limit = slots.length;
          for (const one of moves) {
            if ('limit' in one) {
              limit = one.limit;
              ring.limit(limit);
            } else if ('give' in one) {
              const [back] = out.splice(one.give % Math.max(1, out.length), 1);
              if (back !== undefined) ring.push(back);
            } else if (ring.length > 0) {
              const connection = ring.shift();
              assert.ok(connection < limit, `${connection} of ${limit}`);
              out.push(connection);
            }
          }
          for (const connection of out) ring.push(connection);
          ring.limit(slots.length);
          const expected = slots.flatMap((count, connection) =>
            Array.from({ length: count }, () => connection),
          );
          assert.deepEqual(
            drain(ring).sort((a, b) => a - b),
            expected,
          );
        },
      ),
    );
  });
});
