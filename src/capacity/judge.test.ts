import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Result, Summary } from '../core/index.js';
import { latency, result } from '../gate/result.test.kit.js';
import { run } from '../profile/plan.test.kit.js';
import { judgeRun, median } from './judge.js';

const plan = run('http://h/', { connections: '64', workers: '1', rate: '1k' });
const idle = { meanUs: 20_000, p50Us: 20_000, fails: false };
const held = [{ source: 'p99 < 1s', actual: 1, limit: 2, unit: 'us', verdict: 'pass' }] as Result['gates'];
const failed = held.map((gate) => ({ ...gate, verdict: 'fail' as const }));
const late = 'lateness: sent late by 9 ms; lower the rate';
const missed = 'rate-missed: 90 % of the planned requests were sent; more';
const busy = 'generator-saturated: a worker was busy; more workers';

/** 64 slots: 3,200/s at 20 ms each keeps all of them busy. */
const summaryOf = (qps: number, meanUs: number, errors = 0): Partial<Summary> => {
  const times = latency({ count: 1000, mean: meanUs, p50: meanUs, p99: meanUs });
  return {
    qps,
    errors,
    latencyUs: { response: times, service: times, lateness: latency(), failed: latency() },
  };
};

describe('judgement of a run', () => {
  const cases: readonly (readonly [
    what: string,
    gates: Result['gates'],
    reasons: string[],
    summary: Partial<Summary>,
    verdict: string,
    why: string | null,
  ])[] = [
    ['gates that hold', held, [], {}, 'pass', null],
    ['a gate that fails', failed, [], {}, 'fail', 'p99 < 1s'],
    ['gates that hold though it was late', held, [late], {}, 'pass', null],
    ['a gate that fails as it was late', failed, [late], {}, 'generator', 'lateness: sent late by 9 ms'],
    ['most of what was sent, though that was late', failed, [late], { errorRate: 1 }, 'fail', 'p99 < 1s'],
    ['some of what was late', failed, [late], { errorRate: 0.2 }, 'generator', 'lateness: sent late by 9 ms'],
    [
      'a busy generator, whatever the gates say',
      held,
      [busy],
      {},
      'generator',
      'generator-saturated: a worker was busy',
    ],
    [
      'a rate that was missed, whatever the gates forgive',
      held,
      [missed],
      summaryOf(3000, 80_000),
      'fail',
      'rate-missed: 90 % of the planned requests were sent',
    ],
    [
      'all connections busy, each as fast as at rest',
      failed,
      [missed],
      summaryOf(3100, 20_500),
      'connections',
      'p99 < 1s',
    ],
    [
      'all connections busy, and slower than at rest',
      failed,
      [missed],
      summaryOf(1000, 64_000),
      'fail',
      'p99 < 1s',
    ],
    ['errors, with all connections busy', failed, [], summaryOf(3100, 20_500, 10), 'fail', 'p99 < 1s'],
    ['an outage', held, ['outage: in 3 of 5 seconds; see'], {}, 'fail', 'outage: in 3 of 5 seconds'],
  ];
  for (const [what, gates, reasons, summary, verdict, why] of cases) {
    it(`${verdict}: ${what}`, () => {
      const validity = { valid: reasons.length === 0, reasons };
      const judged = judgeRun(result({ summary, gates, validity }), plan, idle);
      assert.deepEqual([judged.verdict, judged.why], [verdict, why]);
    });
  }

  describe('by a share of the rate', () => {
    const carried = (rate: number, planned: number, qps: number) => {
      const gate = {
        source: 'qps >= 99% of rate',
        actual: qps,
        limit: 0.99 * rate,
        unit: 'per-second' as const,
      };
      const summary: Partial<Summary> = { qps, planned, durationSec: 3, targetRate: rate };
      return judgeRun(result({ summary, gates: [{ ...gate, verdict: 'fail' }] }), plan, null).verdict;
    };

    it('passes where the window ended before the last of few responses', () => {
      // 17 of 17.4.
      assert.equal(carried(5.8, 17, 17 / 3), 'pass');
      assert.equal(carried(5.8, 18, 14 / 3), 'fail');
    });

    it('holds random arrivals against those that came', () => {
      assert.equal(carried(1000, 2890, 2889 / 3), 'pass');
      assert.equal(carried(1000, 3000, 2889 / 3), 'fail');
      // More than were to be expected, and no more answered than 99 % of the rate.
      assert.equal(carried(1000, 3200, 2960 / 3), 'fail');
    });
  });

  it('lays nothing to connections where the service at rest is not known', () => {
    const one = result({ summary: summaryOf(3100, 20_500), gates: failed });
    assert.equal(judgeRun(one, plan, null).verdict, 'fail');
  });
});

describe('median', () => {
  it('is that of the two in the middle, and no higher', () => {
    assert.equal(median([800, 16_824]), 8812);
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([]), null);
  });
});
