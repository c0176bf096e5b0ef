import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Driver, Fault } from '../core/index.js';
import { DriverTotals, mergeFaults } from './driver-totals.js';

const driver = (connects: number, faults?: readonly Fault[]) =>
  ({
    counters: { connects, reconnects: connects - 1, connectFailures: 1 },
    ...(faults === undefined ? {} : { faults: () => faults }),
  }) as Driver; // what is looked at

describe('what drivers counted', () => {
  it('adds up over those that follow one another', () => {
    const totals = new DriverTotals();
    assert.deepEqual(totals.counters(driver(3)), { connects: 3, reconnects: 2, connectFailures: 1 });
    totals.retire(driver(3, [{ what: 'RST_STREAM CANCEL', count: 2 }]));
    totals.retire(driver(4));
    const now = driver(5, [
      { what: 'GOAWAY', count: 4 },
      { what: 'RST_STREAM CANCEL', count: 1 },
    ]);
    assert.deepEqual(totals.counters(now), { connects: 12, reconnects: 9, connectFailures: 3 });
    assert.deepEqual(totals.faults(now), [
      { what: 'GOAWAY', count: 4 },
      { what: 'RST_STREAM CANCEL', count: 3 },
    ]);
    assert.deepEqual(totals.faults(driver(1)), [{ what: 'RST_STREAM CANCEL', count: 2 }]);
  });

  it('keeps the most frequent of more faults than anybody reads', () => {
    const many = Array.from({ length: 500 }, (_, i) => ({ what: `fault ${i}`, count: i + 1 }));
    const kept = mergeFaults([many, [{ what: 'fault 0', count: 1000 }]]);
    assert.equal(kept.length, 100);
    assert.deepEqual(kept[0], { what: 'fault 0', count: 1001 });
    assert.deepEqual(kept.at(-1), { what: 'fault 401', count: 402 });
  });
});
