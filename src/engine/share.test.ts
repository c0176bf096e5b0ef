import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { connectionShare, levelShare } from './share.js';

const workers = fc.integer({ min: 1, max: 16 });

describe('shares of a level', () => {
  const rooms = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 12 });
  const total = (all: readonly number[]) => all.reduce((sum, each) => sum + each, 0);
  const shares = (level: number, all: readonly number[]) =>
    all.map((_, worker) => levelShare(level, worker, all));

  it('add up to the level, and are never more than there is room for', () => {
    fc.assert(
      fc.property(rooms, fc.nat(1000), (all, level) => {
        const given = shares(level, all);
        assert.equal(total(given), Math.min(level, total(all)));
        assert.ok(given.every((share, worker) => share <= (all[worker] ?? 0)));
      }),
    );
  });

  it('never fall when the level rises, and are one at least when it is the workers', () => {
    fc.assert(
      fc.property(rooms, fc.nat(600), (all, level) => {
        const more = shares(level + 1, all);
        const given = shares(level, all);
        assert.ok(given.every((share, worker) => share <= (more[worker] ?? 0)));
        if (level >= all.length) assert.ok(given.every((share) => share >= 1));
      }),
    );
  });

  it('of the connections of all workers are all of each', () => {
    fc.assert(
      fc.property(workers, fc.nat(500), (count, more) => {
        const connections = count + more;
        const own = Array.from({ length: count }, (_, worker) => connectionShare(connections, worker, count));
        assert.deepEqual(shares(connections, own), own);
      }),
    );
  });
});
