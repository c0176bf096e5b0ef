import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Result, SignalName } from '../core/index.js';
import { diagnoseLimit, type FailedBy, type WatchedRun } from './limit.js';
import { calmSecond, Dice, type Made, resultOf } from './timeline.test.kit.js';

type Signals = Partial<Record<SignalName, number | null>>;
const RATE = 1000;

/** So many runs of five seconds each, in which the service is as given all the time. */
function runs(count: number, signals: Signals, made: Made & { readonly seed?: number } = {}): WatchedRun[] {
  return Array.from({ length: count }, (_, i) => {
    const dice = new Dice((made.seed ?? 1) + i);
    const seconds = Array.from({ length: 5 }, () => {
      const calm = calmSecond(dice);
      return { ...calm, p99Ms: made.p99Ms ?? 8, signals: { ...calm.signals, ...signals } };
    });
    return { result: resultOf(seconds, { rate: RATE, ...made }), slices: null };
  });
}

const light = runs(2, { cpuCores: 0.3, busiestThread: 0.2 }, { seed: 50, p99Ms: 4 });
const named = (over: readonly WatchedRun[], by: FailedBy = 'latency', before = light) => {
  const { patterns, unproven, summary, ...rest } = diagnoseLimit(over, before, by);
  return {
    ...rest,
    summary,
    names: patterns.map(({ pattern }) => pattern),
    unproven: unproven.map((u) => u.pattern),
  };
};

describe('what a service ran out of', () => {
  const cases: readonly (readonly [
    what: string,
    signals: Signals,
    made: Made,
    names: string[],
    says: RegExp,
  ])[] = [
    ['all its CPUs', { cpuCores: 3.96 }, {}, ['cpu-saturation'], /used 3\.96 of the 4 CPUs/],
    [
      'the thread that runs its event loop',
      { busiestThread: 0.99 },
      { runtime: 'node' },
      ['cpu-saturation'],
      /event loop took 99 %/,
    ],
    [
      'its quota',
      { throttledShare: 0.8, throttledMs: 600 },
      {},
      ['cpu-throttling'],
      /quota was used up in 80 % of its periods/,
    ],
    ['time outside the collector', { gcMs: 240 }, {}, ['gc-pause'], /paused it for 240 ms of a second/],
    [
      'patience: it waits, and nothing else is used up',
      { cpuCores: 0.4, busiestThread: 0.3 },
      { p99Ms: 90 },
      ['lock-or-queue'],
      /P99 90\.0 ms .*used 0\.40 of 4 CPUs and the network was fast: requests waited within it/,
    ],
  ];
  for (const [what, signals, made, names, says] of cases) {
    it(`is ${what}`, () => {
      const seen = named(runs(4, signals, made));
      assert.deepEqual([seen.names, seen.unproven], [names, []]);
      assert.match(seen.summary, says);
      assert.deepEqual([seen.runs, seen.seconds], [4, 16]);
    });
  }

  it('is not what it had used up when it had room, too', () => {
    const spinning: Signals = { cpuCores: 3.98 };
    const seen = named(runs(4, spinning), 'latency', runs(2, spinning, { seed: 50 }));
    assert.deepEqual([seen.names, seen.unproven], [[], ['cpu-saturation']]);
    assert.match(seen.summary, /that was so where it had room, or left it some, which proves nothing/);
  });

  it('is what was there before, where there is a quarter more of it', () => {
    const seen = named(runs(4, { gcMs: 300 }), 'latency', runs(2, { gcMs: 150 }, { seed: 50 }));
    assert.deepEqual([seen.names, seen.unproven], [['gc-pause'], []]);
  });

  it('is not the CPUs that others take where it would have had enough', () => {
    // A machine that others work on, and a service that keeps to a rate: its threads wait, and want a third of a CPU.
    const signals: Signals = { cpuCores: 0.084, busiestThread: 0.08, wantedCpu: 0.34, runQueueMs: 261 };
    const made: Made = { p99Ms: 425 };
    const byRate = named(runs(4, signals, made), 'rate');
    assert.deepEqual([byRate.names, byRate.unproven], [['lock-or-queue'], ['cpu-saturation']]);
    // A tail could be that of those waits.
    const byLatency = named(runs(4, signals, made));
    assert.deepEqual([byLatency.names, byLatency.unproven], [[], ['cpu-saturation']]);
    const wanting = named(runs(4, { ...signals, runQueueMs: 3900 }, made), 'rate');
    assert.deepEqual(wanting.names, ['cpu-saturation']);
  });

  it('is not known where CPUs are busy, and not used up', () => {
    const seen = named(runs(4, { cpuCores: 3.2, busiestThread: 0.85 }, { p99Ms: 90 }), 'rate');
    assert.deepEqual(seen.names, []);
    assert.match(
      seen.summary,
      /^Nothing that was looked at was used up: 3\.20 of 4 CPUs, its busiest thread 85 %/,
    );
  });

  it('says that a gate was crossed first', () => {
    const seen = named(runs(4, { cpuCores: 2.8, busiestThread: 0.7 }, { p99Ms: 90 }));
    assert.deepEqual(seen.names, []);
    assert.match(seen.summary, /^The gate on latency was crossed before anything .*: 2\.80 of 4 CPUs/);
  });

  it('is no wait where the tail was as long with room, the network is slow, or round trips are not known', () => {
    const idle: Signals = { cpuCores: 0.4, busiestThread: 0.3 };
    const made: Made = { p99Ms: 90 };
    assert.deepEqual(named(runs(4, idle, made), 'latency', runs(2, idle, { seed: 50, ...made })).names, []);
    assert.deepEqual(named(runs(4, { ...idle, rttMs: 60 }, made)).names, []);
    assert.deepEqual(named(runs(4, { ...idle, rttMs: null }, made)).names, []);
  });

  it('is nothing that it ran out of where it refuses, which is said', () => {
    const over = runs(4, { cpuCores: 0.4, busiestThread: 0.3 }, { p99Ms: 90 }).map(
      (each): WatchedRun => ({
        ...each,
        result: {
          ...each.result,
          statuses: { '200': 88, '429': 12 },
          summary: { ...each.result.summary, sent: 100 },
        } satisfies Result,
      }),
    );
    const seen = named(over, 'errors');
    assert.deepEqual(seen.names, []);
    assert.match(seen.summary, /^It refuses what is too much: 12 % were answered 429\.$/);
  });

  it('is not judged by few seconds, and says what has more', () => {
    const seen = named(runs(2, { cpuCores: 3.99 }));
    assert.deepEqual(seen.names, []);
    assert.match(seen.summary, /^Not judged: 8 whole seconds .* takes 10: a longer --step has them\.$/);
    assert.match(seen.why ?? '', /8 whole seconds/);
  });

  it('does not invent CPU time that was not seen', () => {
    const blind = runs(4, { cpuCores: null, busiestThread: null, runQueueMs: null, wantedCpu: null });
    assert.match(named(blind).summary, /is not known: its CPU time was not seen/);
  });
});
