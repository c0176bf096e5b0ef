import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { LatencySummary, Load, MessageSummary, Plan, Summary, TimelinePoint } from '../core/index.js';
import { mixThresholds, selectOperation } from './mix.js';
import { connectionShare, hitShare } from './share.js';
import { judgeValidity, type SelfCheck } from './validity.js';

describe('shares', () => {
  const workers = fc.integer({ min: 1, max: 64 });

  it('of connections add up, differ by one at most, and leave no worker without', () => {
    fc.assert(
      fc.property(workers, fc.nat(100_000), (count, extra) => {
        const total = count + extra;
        const shares = Array.from({ length: count }, (_, worker) => connectionShare(total, worker, count));
        assert.equal(
          shares.reduce((sum, share) => sum + share, 0),
          total,
        );
        assert.ok(Math.max(...shares) - Math.min(...shares) <= 1 && Math.min(...shares) >= 1);
      }),
    );
  });

  it('of hits are every hit once', () => {
    fc.assert(
      fc.property(workers, fc.nat(2000), (count, total) => {
        const hits = Array.from({ length: count }, (_, worker) =>
          Array.from({ length: hitShare(total, worker, count) }, (_, i) => worker + i * count),
        ).flat();
        assert.deepEqual(
          hits.toSorted((a, b) => a - b),
          Array.from({ length: total }, (_, hit) => hit),
        );
      }),
    );
  });
});

describe('operation mix', () => {
  it('keeps to its weights within 4 sigma', () => {
    const weights = [99, 1, 0, 25];
    const total = 125;
    const hits = 200_000;
    const counts = weights.map(() => 0);
    const thresholds = mixThresholds(weights);
    for (let hit = 0; hit < hits; hit++) (counts[selectOperation(thresholds, 11, hit)] as number)++;
    weights.forEach((weight, i) => {
      const share = weight / total;
      const sigma = Math.sqrt(hits * share * (1 - share));
      assert.ok(Math.abs((counts[i] ?? 0) - hits * share) <= 4 * sigma, `${counts[i]} of weight ${weight}`);
    });
  });

  it('never picks a weight of 0, also not the last', () => {
    const thresholds = mixThresholds([0, 1, 0]);
    for (let hit = 0; hit < 10_000; hit++) assert.equal(selectOperation(thresholds, 3, hit), 1);
  });
});

describe('validity', () => {
  type Second = readonly [completed: number, errors: number, inFlight?: number];
  const latency = (p99: number | null) => ({ count: 100, p99 }) as LatencySummary;
  const run = (change: {
    rate?: number | null;
    load?: Partial<Load>;
    summary?: Partial<Summary>;
    lateUs?: number;
    responseUs?: number | null;
    /** The slowest response. */
    slowestUs?: number;
    loop?: number;
    interrupted?: boolean;
    prefillFailed?: number;
    uncaptured?: number;
    faults?: SelfCheck['faults'];
    seconds?: readonly Second[];
  }): SelfCheck => {
    const summary = {
      durationSec: change.seconds?.length ?? 1,
      planned: 100,
      sent: 100,
      completed: 100,
      dropped: 0,
      unsent: 0,
      ok: 100,
      errors: 0,
      messages: null,
      latencyUs: {
        lateness: latency(change.lateUs ?? 10),
        response: latency(change.responseUs === undefined ? 1000 : change.responseUs),
        service: { max: change.slowestUs ?? 2000 } as LatencySummary,
      },
      ...change.summary,
    } as Summary;
    const timeline = (change.seconds ?? []).map(
      ([completed, errors, inFlight = 0], t) => ({ t, completed, errors, inFlight }) as TimelinePoint,
    );
    return {
      plan: {
        load: {
          rate: change.rate ?? null,
          connections: 10,
          concurrency: null,
          http: '2',
          streams: 20,
          ...change.load,
        },
        phases: { prefill: { operation: 'write', keys: 'key', count: 10 } },
      } as Plan,
      summary,
      windows: [{ summary, timeline }],
      eventLoopUtilization: [0.1, change.loop ?? 0.5],
      interrupted: change.interrupted ?? false,
      prefillFailed: change.prefillFailed ?? 0,
      uncaptured: change.uncaptured ?? 0,
      faults: change.faults ?? [],
    };
  };
  const table: [name: string, run: SelfCheck, reason: string | null][] = [
    ['a quiet run', run({}), null],
    [
      'connects that found no file descriptor',
      run({ faults: [{ what: 'connect EMFILE: out of file descriptors', count: 3 }] }),
      'generator-exhausted',
    ],
    ['streams that were reset', run({ faults: [{ what: 'RST_STREAM CANCEL', count: 3 }] }), null],
    ['a saturated closed loop', run({ loop: 0.99 }), 'generator-saturated'],
    ['a busy burst', run({ loop: 1, summary: { durationSec: 0.005 } }), null],
    ['a spinning open loop', run({ loop: 1, rate: 1000 }), null],
    ['lateness in sight of the response', run({ rate: 1000, lateUs: 5000, responseUs: 9000 }), 'lateness'],
    ['lateness that the response dwarfs', run({ rate: 1000, lateUs: 5000, responseUs: 900_000 }), null],
    ['a missed rate', run({ rate: 1000, summary: { sent: 90, ok: 90, unsent: 10 } }), 'rate-missed'],
    [
      'a rate that was kept by nothing but the number of requests',
      run({ rate: 1000, summary: { targetRate: 1000, achievedRate: 400 } }),
      'rate-missed',
    ],
    [
      'random arrivals that were few by chance',
      run({
        rate: 100,
        load: { arrivals: 'poisson' },
        summary: { durationSec: 1, targetRate: 100, achievedRate: 72 },
      }),
      null,
    ],
    [
      'random arrivals that were late by more than chance',
      run({
        rate: 100,
        load: { arrivals: 'poisson' },
        summary: { durationSec: 1, targetRate: 100, achievedRate: 50 },
      }),
      'rate-missed',
    ],
    ['a hiccup at the end', run({ rate: 1000, summary: { targetRate: 1000, achievedRate: 980 } }), null],
    [
      'an interrupted rate',
      run({ rate: 1, summary: { sent: 9, ok: 9, unsent: 91 }, interrupted: true }),
      null,
    ],
    ['a lost request', run({ summary: { sent: 99 } }), 'accounting'],
    ['an outcome too many', run({ summary: { errors: 1 } }), 'accounting'],
    ['nothing but errors', run({ summary: { ok: 0, errors: 100 } }), 'no-data'],
    ['a run that sent nothing', run({ summary: { planned: 0, sent: 0, ok: 0 } }), 'no-data'],
    [
      'streams of the warm-up that go on',
      run({ summary: { planned: 0, sent: 0, ok: 0, messages: { received: 5 } as MessageSummary } }),
      null,
    ],
    [
      'a target that was down for a second',
      run({
        seconds: [
          [100, 0],
          [0, 3],
        ],
      }),
      'outage',
    ],
    [
      'a request a second, of which one failed',
      run({
        seconds: Array.from({ length: 100 }, (_, t): Second => (t === 50 ? [0, 1] : [1, 0])),
        summary: { completed: 99, ok: 99, errors: 1 },
      }),
      null,
    ],
    [
      'a request a second of a target that was down for ten',
      run({
        seconds: Array.from({ length: 100 }, (_, t): Second => (t >= 50 && t < 60 ? [0, 1] : [1, 0])),
        summary: { completed: 90, ok: 90, errors: 10 },
      }),
      'outage',
    ],
    [
      'a target that stalled for a second',
      run({
        seconds: [
          [100, 0],
          [0, 0],
        ],
      }),
      null,
    ],
    [
      'a target that hung until the end, its requests timing out behind it',
      run({
        seconds: [
          [90, 0, 10],
          [0, 0, 10],
          [0, 0, 10],
        ],
        summary: { completed: 90, ok: 90, errors: 10 },
      }),
      'outage',
    ],
    [
      'a target that hung for as long as the time-out, and then was back',
      run({
        seconds: [
          [45, 0, 10],
          [0, 0, 10],
          [45, 10, 10],
        ],
        summary: { completed: 90, ok: 90, errors: 10 },
      }),
      'outage',
    ],
    [
      'a target that stalled, and then answered all that waited',
      run({
        seconds: [
          [45, 0, 10],
          [0, 0, 10],
          [55, 0, 10],
        ],
      }),
      null,
    ],
    [
      'a target that answered what waited with failures',
      run({
        seconds: [
          [45, 0, 10],
          [0, 0, 10],
          [55, 10, 10],
        ],
        summary: { completed: 100, ok: 90, errors: 10 },
      }),
      null,
    ],
    [
      'a slow target whose last requests the end cut off',
      run({
        seconds: [
          [90, 0, 10],
          [0, 0, 10],
          [0, 0, 10],
        ],
        slowestUs: 3e6,
        summary: { completed: 90, ok: 90, errors: 10 },
      }),
      null,
    ],
    [
      'lateness beside no response at all',
      run({
        rate: 1000,
        lateUs: 5000,
        responseUs: null,
        summary: { ok: 0, completed: 0, errors: 100 },
      }),
      'no-data',
    ],
    ['a failed prefill', run({ prefillFailed: 3 }), 'prefill-failed'],
  ];
  for (const [name, check, reason] of table) {
    it(`${reason === null ? 'accepts' : 'refuses'} ${name}`, () => {
      const { valid, reasons } = judgeValidity(check);
      assert.equal(valid, reason === null);
      assert.deepEqual(
        reasons.map((text) => text.split(':')[0]),
        reason === null ? [] : [reason],
      );
    });
  }

  const missed = { sent: 90, ok: 90, completed: 90, unsent: 10 };
  const why: [name: string, run: SelfCheck, fact: RegExp][] = [
    ['connections', run({ rate: 9, summary: missed }), /all 10 connections were busy; .*\(--connections or/],
    [
      'a single connection',
      run({ rate: 9, summary: missed, load: { connections: 1 } }),
      /as the one connection was busy/,
    ],
    [
      'the calls in flight',
      run({ rate: 9, summary: missed, load: { driver: 'grpc', connections: 1, concurrency: 50 } }),
      /as all 50 calls that may be in flight were out; .*\(--concurrency\)/,
    ],
    [
      'all that the connections carry',
      run({ rate: 9, summary: missed, load: { driver: 'grpc' } }),
      /as all 200 calls that may/,
    ],
    [
      'a target that is gone',
      run({ rate: 9, summary: { ...missed, ok: 5, completed: 5, errors: 85 } }),
      /as 85 of 90 had no whole response; see what became of the target/,
    ],
    [
      'a target that was gone for a part of the run',
      run({
        rate: 9,
        seconds: [
          [70, 0],
          [0, 20],
        ],
        summary: { ...missed, ok: 70, completed: 70, errors: 20 },
      }),
      /as the target was gone for a part of the run; see what became of it/,
    ],
  ];
  for (const [name, check, fact] of why) {
    it(`blames ${name} for a missed rate, by names that every command knows`, () => {
      const reason = judgeValidity(check).reasons.at(-1) ?? '';
      assert.match(reason, /^rate-missed: 90.0 %/);
      assert.match(reason, fact);
      assert.doesNotMatch(reason, /[( ]-[a-zA-Z]\b/);
    });
  }
});
