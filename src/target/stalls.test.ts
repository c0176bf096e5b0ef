import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { blockThread, nextStallNs, type StallPlan, stallLeftNs } from './stalls.js';

const periodic: StallPlan = { everyNs: 1000, atNs: 0, forNs: 200 };
const once: StallPlan = { everyNs: 0, atNs: 500, forNs: 200 };
const both: StallPlan = { everyNs: 1000, atNs: 1100, forNs: 200 };

test('how long a pause still lasts, and when the next begins', () => {
  const never = Number.POSITIVE_INFINITY;
  const table: [StallPlan, sinceNs: number, leftNs: number, nextNs: number][] = [
    [periodic, 0, 0, 1000],
    [periodic, 999, 0, 1],
    [periodic, 1000, 200, 1000],
    [periodic, 1199, 1, 801],
    [periodic, 1200, 0, 800],
    [periodic, 3050, 150, 950],
    [once, 0, 0, 500],
    [once, 500, 200, never],
    [once, 699, 1, never],
    [once, 700, 0, never],
    [both, 1050, 150, 50],
    [both, 1150, 150, 850],
    [both, 1300, 0, 700],
  ];
  for (const [plan, since, left, next] of table) {
    assert.equal(stallLeftNs(plan, since), left, `left at ${since}`);
    assert.equal(nextStallNs(plan, since), next, `next after ${since}`);
  }
});

test('the instant at which the next pause is said to begin is the first of a whole pause', () => {
  const plans = fc.record({
    everyNs: fc.integer({ min: 101, max: 5_000 }),
    atNs: fc.nat(5_000),
    forNs: fc.integer({ min: 1, max: 100 }),
  });
  fc.assert(
    fc.property(plans, fc.nat(20_000), (plan, since) => {
      assert.equal(stallLeftNs(plan, since + nextStallNs(plan, since)), plan.forNs);
    }),
  );
});

test('a blocked thread does nothing until the clock says so', () => {
  let nowNs = 0;
  let readings = 0;
  blockThread(50, () => {
    readings++;
    nowNs += 10;
    return nowNs;
  });
  assert.equal(readings, 6);
});
