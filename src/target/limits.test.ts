import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { burstOf, Slots, TokenBucket } from './limits.js';

test('a full bucket gives its burst at once and then one token an interval', () => {
  const bucket = new TokenBucket(1000, 3);
  assert.deepEqual(
    [0, 0, 0, 0, 0].map((nowNs) => bucket.reserveNs(nowNs)),
    [0, 0, 0, 1e6, 2e6],
  );
  assert.equal(bucket.reserveNs(2e6), 1e6, 'debts are paid first');
  assert.equal(bucket.reserveNs(100e6), 0);
});

test('a refusal takes no token', () => {
  const bucket = new TokenBucket(1000, 1);
  assert.deepEqual(
    [0, 0.5e6, 0.9e6, 1e6, 1.5e6, 2e6].map((nowNs) => bucket.tryTake(nowNs)),
    [true, false, false, true, false, true],
  );
});

test('in no stretch of time are there more than the burst and the rate allow', () => {
  const gaps = fc.array(fc.nat(5_000_000), { minLength: 1, maxLength: 100 });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100_000 }),
      fc.integer({ min: 1, max: 50 }),
      gaps,
      (rate, burst, steps) => {
        const queued = new TokenBucket(rate, burst);
        const refused = new TokenBucket(rate, burst);
        const startsNs: number[] = [];
        const takenNs: number[] = [];
        let nowNs = 0;
        for (const step of steps) {
          nowNs += step;
          startsNs.push(nowNs + queued.reserveNs(nowNs));
          if (refused.tryTake(nowNs)) takenNs.push(nowNs);
        }
        for (const times of [startsNs, takenNs]) {
          for (let first = 0; first < times.length; first++) {
            for (let last = first; last < times.length; last++) {
              const spanSec = ((times[last] ?? 0) - (times[first] ?? 0)) / 1e9;
              const allowed = burst + rate * spanSec;
              assert.ok(
                last - first + 1 <= allowed + 1e-3,
                `${last - first + 1} in ${spanSec} s at ${rate}/s`,
              );
            }
          }
        }
      },
    ),
  );
});

test('the burst is a hundredth of a second when none is given, and at least one', () => {
  assert.deepEqual([burstOf(5_000, 0), burstOf(10, 0), burstOf(5_000, 7)], [50, 1, 7]);
});

test('slots are given in the order of asking, never more than there are', () => {
  const slots = new Slots(2);
  const started: number[] = [];
  for (let i = 0; i < 5; i++) slots.acquire(() => started.push(i));
  assert.deepEqual(started, [0, 1]);
  assert.equal(slots.queued, 3);
  slots.release(0);
  assert.deepEqual(started, [0, 1, 2]);
  for (let i = 0; i < 4; i++) slots.release(0);
  assert.deepEqual(started, [0, 1, 2, 3, 4]);
  assert.equal(slots.queued, 0);
  assert.equal(slots.isFull, false);
});

test('a hundred thousand that wait may give their slots back at once', () => {
  const slots = new Slots(1);
  let started = 0;
  slots.acquire(() => {});
  for (let i = 0; i < 100_000; i++) {
    slots.acquire(() => {
      started++;
      slots.release(0);
    });
  }
  slots.release(0);
  assert.equal(started, 100_000);
  assert.equal(slots.isFull, false);
});
