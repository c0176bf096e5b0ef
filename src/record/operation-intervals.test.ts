import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OperationSnapshot } from '../core/index.js';
import { IntervalHistogram } from './histogram.js';
import type { CoarseInterval } from './intervals.js';
import { OperationIntervals } from './operation-intervals.js';

function snapshotOf(values: readonly number[]): OperationSnapshot {
  const response = new IntervalHistogram();
  const none = new IntervalHistogram().take();
  for (const ns of values) response.record(ns);
  return {
    sent: values.length,
    outcomes: new Float64Array(),
    dropped: 0,
    completedInWindow: values.length,
    bytesIn: 0,
    bytesOut: 0,
    statuses: [],
    response: response.take(),
    service: null,
    lateness: null,
    failed: none,
    messages: null,
  };
}

/** Start and length of each stretch, and how many values it holds. */
function outline(intervals: readonly CoarseInterval[]) {
  return intervals.map(({ t, lengthSec, counts }) => [
    t,
    lengthSec,
    counts.reduce((sum, [, count]) => sum + count, 0),
  ]);
}

describe('intervals by operation', () => {
  it('add up the workers, and keep operations apart', () => {
    const kept = new OperationIntervals(2);
    kept.add(0, [snapshotOf([1000, 5000]), snapshotOf([])]);
    kept.add(0, [snapshotOf([1000, 3000]), snapshotOf([9000])]);
    kept.add(1, [snapshotOf([]), snapshotOf([9000, 9000])]);
    assert.deepEqual(
      kept.of([0], 2, 600, 1).map(({ counts }) => counts.map(([, count]) => count)),
      [[2, 1, 1]],
    );
    assert.deepEqual(outline(kept.of([1], 2, 600, 1)), [
      [0, 1, 1],
      [1, 1, 2],
    ]);
    assert.deepEqual(outline(kept.of([0, 1], 2, 600, 1)), [
      [0, 1, 5],
      [1, 1, 2],
    ]);
    // Whatever was asked before.
    assert.deepEqual(outline(kept.of([0, 1], 2, 600, 2)), [[0, 2, 7]]);
    assert.deepEqual(outline(kept.of([1], 1.5, 600, 1)), [
      [0, 1, 1],
      [1, 0.5, 2],
    ]);
  });

  it('are bounded, however many operations there are and however long it takes', () => {
    const rows = 40;
    const kept = new OperationIntervals(rows);
    for (let t = 0; t < 5000; t++)
      kept.add(
        t,
        Array.from({ length: rows }, () => snapshotOf([1e6])),
      );
    const each = kept.of([7], 5000, 600, 1);
    assert.ok(each.length <= 150, `${each.length}`);
    assert.equal(
      outline(each).reduce((sum, [, , count = 0]) => sum + count, 0),
      5000,
    );
    assert.equal(
      outline(
        kept.of(
          Array.from({ length: rows }, (_, i) => i),
          5000,
          600,
          1,
        ),
      ).reduce((sum, [, , count = 0]) => sum + count, 0),
      5000 * rows,
    );
  });
});
