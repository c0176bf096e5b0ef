import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judge } from './judge.js';
import { metricNames } from './metrics/index.js';
import { parseGate } from './parse.js';
import { latency, type Parts, result, summary } from './result.test.kit.js';

const withArgument: Readonly<Record<string, string>> = {
  status: 'status(5xx)',
  grpc: 'grpc(UNAVAILABLE)',
  jitter: 'jitter(qps)',
};
const context = { operations: ['read', 'write'] };
const judged = (source: string, parts: Parts = {}) => {
  const { verdict, actual, limit } = judge(parseGate(source, context), result(parts));
  return [verdict, actual, limit];
};

describe('judge', () => {
  const failing: Parts = {
    summary: {
      sent: 1000,
      completed: 990,
      ok: 900,
      errors: 100,
      dropped: 20,
      unsent: 5,
      planned: 1025,
      qps: 99,
    },
    statuses: { 200: 900, 404: 50, 500: 30, 503: 10 },
    timeouts: 10,
  };
  const cases: [string, Parts, string, number | null, number | null][] = [
    ['p99 < 1ms', {}, 'pass', 900, 1000],
    ['p99 < 900us', {}, 'fail', 900, 900],
    ['p99 <= 900us', {}, 'pass', 900, 900],
    ['p99 > 900us', {}, 'fail', 900, 900],
    ['p99 >= 900us', {}, 'pass', 900, 900],
    ['p99 == 900us', {}, 'pass', 900, 900],
    ['service.p99 < 900us', {}, 'pass', 800, 900],
    ['response.p99.9 < 1ms', {}, 'fail', 1000, 1000],
    ['lateness.p99 < 1ms', {}, 'pass', 50, 1000],
    ['errors == 0', {}, 'pass', 0, 0],
    ['errors == 0', failing, 'fail', 100, 0],
    ['errors < 10%', failing, 'fail', 0.1, 0.1],
    ['errors <= 10%', failing, 'pass', 0.1, 0.1],
    ['ok >= 90%', failing, 'pass', 0.9, 0.9],
    ['ok >= 900', failing, 'pass', 900, 900],
    // 99 responses a second, 900 of 990 of them well.
    ['ok >= 91/s', failing, 'fail', 90, 91],
    ['qps >= 99/s', failing, 'pass', 99, 99],
    ['qps >= 95% of rate', failing, 'pass', 99, 95],
    ['qps >= 100% of rate', failing, 'fail', 99, 100],
    ['status(5xx) == 0', failing, 'fail', 40, 0],
    ['status(503) <= 10', failing, 'pass', 10, 10],
    ['status(5XX) < 5%', failing, 'pass', 40 / 990, 0.05],
    ['status(418) == 0', failing, 'pass', 0, 0],
    ['timeouts < 1%', failing, 'fail', 0.01, 0.01],
    ['dropped < 2%', failing, 'pass', 20 / 1025, 0.02],
    ['unsent == 0', failing, 'fail', 5, 0],
  ];
  for (const [source, parts, ...expected] of cases) {
    it(`"${source}" → ${expected[0]}, ${expected[1]}`, () =>
      assert.deepEqual(judged(source, parts), expected));
  }

  describe('jitter', () => {
    const point = (t: number, qps: number, p99Us: number | null = null) => ({
      t,
      sent: qps,
      completed: qps,
      errors: 0,
      qps,
      p50Us: null,
      p99Us,
      maxUs: null,
      inFlight: 0,
      latenessP99Us: null,
    });
    const jitter = (what: string, durationSec: number, timeline: Parts['timeline'] = []) =>
      judged(`jitter(${what}) < 10%`, { summary: { durationSec }, timeline });
    const three = [point(0, 90), point(1, 100), point(2, 110)];

    it('is the deviation over the mean', () => assert.deepEqual(jitter('qps', 3, three), ['fail', 0.1, 0.1]));
    it('leaves out a second that was cut short', () => {
      assert.deepEqual(jitter('qps', 3.2, [...three, point(3, 900)]), ['fail', 0.1, 0.1]);
    });
    it('leaves out the last second of every repeat', () => {
      const twice = [point(0, 100), point(1, 100), point(2, 7), point(2.5, 100), point(3.5, 100)];
      assert.deepEqual(jitter('qps', 4.5, twice), ['pass', 0, 0.1]);
    });
    it('is of the share of the rate, where that changes', () => {
      const ramp = [100, 200, 300].map((targetQps, t) => ({ ...point(t, targetQps), targetQps }));
      assert.deepEqual(jitter('qps', 3, ramp), ['pass', 0, 0.1]);
      const pause = [100, 0, 200].map((targetQps, t) => ({ ...point(t, targetQps), targetQps }));
      assert.deepEqual(jitter('qps', 3, pause), ['pass', 0, 0.1]);
    });
    it('is of the seconds that have data', () => {
      const gaps = [point(0, 1, 100), point(1, 0), point(2, 1, 100)];
      assert.deepEqual(jitter('p99', 3, gaps), ['pass', 0, 0.1]);
      assert.equal(jitter('p99', 2, gaps.slice(0, 2))[0], 'no-data');
    });
    it('has no data of fewer than two whole seconds, or of nothing', () => {
      assert.equal(jitter('qps', 0, [])[0], 'no-data');
      assert.equal(jitter('qps', 1, [point(0, 5)])[0], 'no-data');
      assert.equal(jitter('qps', 1.9, [point(0, 5), point(1, 5)])[0], 'no-data');
      assert.equal(jitter('qps', 2, [point(0, 0), point(1, 0)])[0], 'no-data');
    });
  });

  it('reads one operation where one is named', () => {
    const response = latency({ count: 1, p99: 5000 });
    const read = { name: 'read', ...summary({ errors: 7 }) };
    const write = { name: 'write', ...summary({ latencyUs: { ...summary().latencyUs, response } }) };
    const parts: Parts = { operations: [read, write] };
    assert.deepEqual(judged('write.p99 < 1ms', parts), ['fail', 5000, 1000]);
    assert.deepEqual(judged('read.p99 < 1ms', parts), ['pass', 900, 1000]);
    assert.deepEqual(judged('read.errors == 0', parts), ['fail', 7, 0]);
    assert.deepEqual(judged('errors == 0', parts), ['pass', 0, 0]);
  });

  describe('no data is neither pass nor fail', () => {
    const none = latency();
    const nothing: Parts = {
      summary: {
        planned: 0,
        sent: 0,
        completed: 0,
        ok: 0,
        qps: 0,
        latencyUs: { response: none, service: none, lateness: none, failed: none },
      },
      statuses: {},
    };
    for (const name of metricNames) {
      const metric = Object.hasOwn(withArgument, name) ? withArgument[name] : name;
      // It is of windows, and of a run without a second there are none.
      if (name === 'burn') continue;
      const zero = name === 'qps' ? '0/s' : name === 'jitter' ? '0%' : '0';
      for (const comparison of ['<', '>=', '==']) {
        const source = `${metric} ${comparison} ${zero}`;
        it(source, () => assert.deepEqual(judged(source, nothing), ['no-data', null, 0]));
      }
    }

    it('a status of the other protocol', () => {
      const calls: Parts = { statuses: {}, grpcStatuses: { OK: 990, UNAVAILABLE: 10 } };
      assert.deepEqual(judged('status(5xx) == 0', calls), ['no-data', null, 0]);
      assert.deepEqual(judged('status(UNAVAILABLE) == 0', calls), ['fail', 10, 0]);
      assert.deepEqual(judged('status(INTERNAL) == 0', calls), ['pass', 0, 0]);
      assert.deepEqual(judged('status(UNAVAILABLE) == 0'), ['no-data', null, 0]);
    });
    it('an operation that the result does not have', () => {
      assert.deepEqual(judged('read.errors == 0'), ['no-data', null, null]);
    });
    it('a rate that the run was not asked for', () => {
      assert.deepEqual(judged('qps >= 95% of rate', { summary: { targetRate: null } }), [
        'no-data',
        null,
        null,
      ]);
    });
    it('a figure that is not a number', () => {
      assert.deepEqual(judged('qps >= 0/s', { summary: { qps: Number.NaN } }), ['no-data', null, 0]);
    });
    it('requests that were sent and never answered are data', () => {
      const parts: Parts = { summary: { completed: 0, ok: 0, errors: 1000, qps: 0 }, statuses: {} };
      assert.deepEqual(judged('ok >= 1/s', parts), ['fail', 0, 1]);
      assert.deepEqual(judged('qps >= 1/s', parts), ['fail', 0, 1]);
      assert.deepEqual(judged('errors < 1%', parts), ['fail', 1, 0.01]);
      assert.deepEqual(judged('status(5xx) == 0', parts), ['no-data', null, 0]);
    });
  });
});
