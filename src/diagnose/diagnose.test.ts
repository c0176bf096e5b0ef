import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Pattern, Result, SignalName } from '../core/index.js';
import { diagnose } from './diagnose.js';
import { calmSecond, Dice, type Made, type MadeSecond, resultOf } from './timeline.test.kit.js';

const SECONDS = 40;
const STALLED = [7, 17, 27, 37];

/** A calm run, changed in some seconds. */
function run(
  seed: number,
  at: readonly number[],
  change: (second: MadeSecond, t: number) => MadeSecond,
  made: Made = {},
): Result {
  const dice = new Dice(seed);
  const seconds = Array.from({ length: SECONDS }, (_, t) => {
    const second = calmSecond(dice);
    return at.includes(t) ? change(second, t) : second;
  });
  return resultOf(seconds, made);
}

const everySecond = Array.from({ length: SECONDS }, (_, t) => t);

function with_(second: MadeSecond, p99Ms: number, signals: Partial<Record<SignalName, number>>, qps = 0.7) {
  return {
    ...second,
    p99Ms,
    maxMs: p99Ms * 1.2,
    qps: second.qps * qps,
    signals: { ...second.signals, ...signals },
  };
}

interface Case {
  readonly name: string;
  readonly result: Result;
  readonly pattern: Pattern;
  readonly scope: 'spikes' | 'throughout';
}

const cases: readonly Case[] = [
  {
    name: 'a lock that is held every ten seconds, in a closed loop',
    result: run(1, STALLED, (second) => with_(second, 480, { quietMs: 500, cpuCores: 0.4 }, 0.5)),
    pattern: 'lock-or-queue',
    scope: 'spikes',
  },
  {
    name: 'the same in an open loop, where the quiet second is the one before',
    result: run(
      2,
      [6, 7, 16, 17, 26, 27, 36, 37],
      (second, t) =>
        t % 10 === 6
          ? { ...second, signals: { ...second.signals, quietMs: 600 } }
          : with_(second, 700, { quietMs: 100 }, 1.4),
      { rate: 1000 },
    ),
    pattern: 'lock-or-queue',
    scope: 'spikes',
  },
  {
    name: 'a stall that P99 of a closed loop does not show',
    result: run(3, STALLED, (second) => ({
      ...second,
      maxMs: 600,
      qps: 400,
      signals: { ...second.signals, quietMs: 500 },
    })),
    pattern: 'lock-or-queue',
    scope: 'spikes',
  },
  {
    name: 'pauses of a collector',
    result: run(4, STALLED, (second) => with_(second, 300, { gcMs: 280, busiestThread: 0.95 })),
    pattern: 'gc-pause',
    scope: 'spikes',
  },
  {
    name: 'pauses of a collector in an open loop',
    result: run(4, STALLED, (second) => with_(second, 300, { gcMs: 280 }, 1), { rate: 1000 }),
    pattern: 'gc-pause',
    scope: 'spikes',
  },
  {
    name: 'a quota that is used up now and then, which makes the service quiet, too',
    result: run(5, STALLED, (second) =>
      with_(second, 400, { throttledMs: 350, throttledShare: 0.4, quietMs: 300 }),
    ),
    pattern: 'cpu-throttling',
    scope: 'spikes',
  },
  {
    name: 'a network that is slow now and then, for which the service waits',
    result: run(6, STALLED, (second) => with_(second, 350, { rttMs: 200, quietMs: 400, cpuCores: 0.5 })),
    pattern: 'network-jitter',
    scope: 'spikes',
  },
  {
    name: 'segments that are lost',
    result: run(7, STALLED, (second) => with_(second, 420, { retransmits: 25 })),
    pattern: 'network-jitter',
    scope: 'spikes',
  },
  {
    name: 'caches that miss',
    result: run(8, STALLED, (second) => with_(second, 40, { cacheMissRatio: 0.16 })),
    pattern: 'memory-bandwidth',
    scope: 'spikes',
  },
  {
    name: 'threads that wait for a CPU now and then',
    result: run(9, STALLED, (second) => with_(second, 120, { runQueueMs: 900 })),
    pattern: 'cpu-saturation',
    scope: 'spikes',
  },
  {
    name: 'one thread that computes now and then',
    result: run(10, STALLED, (second) => with_(second, 250, { busiestThread: 0.99 })),
    pattern: 'cpu-saturation',
    scope: 'spikes',
  },
  {
    name: 'a generator that is late now and then',
    result: run(11, STALLED, (second) => ({ ...with_(second, 90, {}, 1), latenessMs: 80 }), { rate: 1000 }),
    pattern: 'generator-limit',
    scope: 'spikes',
  },
  {
    name: 'a generator at its limit',
    result: run(12, [], (second) => second, {
      reasons: ['generator-saturated: a worker was busy 99 % of the time'],
      eventLoopUtilization: 0.99,
    }),
    pattern: 'generator-limit',
    scope: 'throughout',
  },
  {
    name: 'a generator that is late throughout',
    result: run(12, [], (second) => second, { reasons: ['lateness: sent late'], rate: 1000 }),
    pattern: 'generator-limit',
    scope: 'throughout',
  },
  {
    name: 'a quota that is used up all the time',
    result: run(13, everySecond, (second) => with_(second, 90, { throttledShare: 0.9, throttledMs: 700 }, 1)),
    pattern: 'cpu-throttling',
    scope: 'throughout',
  },
  {
    name: 'a collector that is busy all the time',
    result: run(14, everySecond, (second) => ({ ...second, signals: { ...second.signals, gcMs: 250 } })),
    pattern: 'gc-pause',
    scope: 'throughout',
  },
  {
    name: 'all CPUs used',
    result: run(15, everySecond, (second) => ({ ...second, signals: { ...second.signals, cpuCores: 3.95 } })),
    pattern: 'cpu-saturation',
    scope: 'throughout',
  },
  {
    name: 'an event loop that is full',
    result: run(
      16,
      everySecond,
      (second) => ({ ...second, signals: { ...second.signals, busiestThread: 0.99 } }),
      { runtime: 'node' },
    ),
    pattern: 'cpu-saturation',
    scope: 'throughout',
  },
  {
    name: 'others who take the CPUs',
    result: run(17, everySecond, (second) => ({
      ...second,
      signals: { ...second.signals, runQueueMs: 700 },
    })),
    pattern: 'cpu-saturation',
    scope: 'throughout',
  },
  {
    name: 'an event loop that is full, and often has to wait',
    result: run(17, everySecond, (second, t) => ({
      ...second,
      signals: {
        ...second.signals,
        cpuCores: 0.3 + (t % 3) / 5,
        busiestThread: 0.7,
        wantedCpu: 0.98,
        runQueueMs: 150,
      },
    })),
    pattern: 'cpu-saturation',
    scope: 'throughout',
  },
  {
    name: 'others who take the CPUs, so that it hardly runs',
    result: run(17, everySecond, (second) => ({
      ...second,
      signals: { ...second.signals, cpuCores: 0.2, runQueueMs: 1400 },
    })),
    pattern: 'cpu-saturation',
    scope: 'throughout',
  },
  {
    name: 'an open loop that misses its rate while the service idles',
    result: run(18, everySecond, (second) => with_(second, 900, { cpuCores: 0.3, busiestThread: 0.1 }, 0.5), {
      rate: 1000,
      p99Ms: 900,
    }),
    pattern: 'lock-or-queue',
    scope: 'throughout',
  },
];

describe('a diagnosis', () => {
  for (const { name, result, pattern, scope } of cases)
    it(`${pattern}: ${name}`, () => {
      const { patterns, spikes } = diagnose(result);
      const [first] = patterns;
      assert.ok(first !== undefined, 'nothing is found');
      assert.deepEqual([first.pattern, first.scope], [pattern, scope], JSON.stringify(patterns, null, 1));
      assert.ok(first.evidence.length > 0 && first.summary.length > 0);
      assert.doesNotMatch(first.summary, /\/s\/s|NaN|undefined/);
      assert.deepEqual(
        patterns.slice(1).map((each) => each.pattern),
        [],
        'nothing besides',
      );
      if (scope !== 'spikes') return;
      assert.deepEqual(first.seconds, STALLED);
      assert.deepEqual(
        spikes.map(({ t, causes }) => [t, ...causes]),
        STALLED.map((t) => [t, pattern]),
      );
      assert.ok(first.evidence.some(({ p }) => p !== null && p <= 0.01));
      assert.match(first.summary, /every 10 s/);
    });

  it('names no cause for stalls that nothing coincided with', () => {
    const { patterns, spikes } = diagnose(run(20, STALLED, (second) => with_(second, 400, {})));
    assert.deepEqual(
      patterns.map((each) => each.pattern),
      ['unknown'],
    );
    assert.deepEqual(
      spikes.map(({ causes }) => causes),
      STALLED.map(() => ['unknown']),
    );
  });

  it('does not take what is too small for a cause', () => {
    // In the same seconds, without a doubt, and a hundredth of what is to be explained.
    const { patterns } = diagnose(run(21, STALLED, (second) => with_(second, 900, { gcMs: 60 })));
    assert.deepEqual(
      patterns.map((each) => each.pattern),
      ['unknown'],
    );
  });

  it('does not take one coincidence for a cause', () => {
    const { patterns } = diagnose(run(22, [20], (second) => with_(second, 300, { gcMs: 290 })));
    assert.deepEqual(
      patterns.map((each) => each.pattern),
      ['unknown'],
    );
  });

  it('does not call a lock what the network could have been', () => {
    const { signals, ...result } = run(1, STALLED, (second) => with_(second, 480, { quietMs: 500 }, 0.5));
    assert.ok(signals !== undefined);
    const blind = { ...signals, seconds: signals.seconds.map((second) => ({ ...second, rttMs: null })) };
    assert.equal(diagnose({ ...result, signals: blind }).patterns[0]?.pattern, 'unknown');
  });

  it('finds what is high where the tail is, though the tail stands out most of the time', () => {
    // A line that is slow for a second in every six: the tail is of three seconds, and round trips are smoothed for two more.
    const slow: Readonly<Record<number, readonly [p99Ms: number, rttMs: number, retransmits: number]>> = {
      5: [226, 1, 12],
      6: [1075, 530, 33],
      7: [1600, 304, 2],
      8: [2, 114, 0],
      9: [2, 56, 0],
    };
    const result = run(25, everySecond, (second, t) => {
      const [p99Ms, rttMs, retransmits] = slow[t < 5 ? 0 : 5 + ((t - 5) % 6)] ?? [2, 0, 0];
      return with_(second, p99Ms, { rttMs, retransmits });
    });
    const { patterns } = diagnose(result);
    assert.deepEqual([...new Set(patterns.map(({ pattern }) => pattern))], ['network-jitter']);
    assert.deepEqual(
      [...new Set(patterns.flatMap(({ seconds }) => seconds))].sort((a, b) => a - b).slice(0, 6),
      [5, 6, 7, 11, 12, 13],
    );
    for (const { summary } of patterns) assert.doesNotMatch(summary, /every [1-5] s/);
  });

  it('tells two causes apart', () => {
    const result = run(23, [5, 10, 15, 20, 25, 30, 35], (second, t) =>
      t % 10 === 5 ? with_(second, 300, { gcMs: 280 }) : with_(second, 350, { rttMs: 220 }),
    );
    const { patterns } = diagnose(result);
    assert.deepEqual(
      patterns.map((each) => [each.pattern, ...each.seconds]),
      [
        ['gc-pause', 5, 15, 25, 35],
        ['network-jitter', 10, 20, 30],
      ],
    );
  });

  it('reads the three figures', () => {
    const reading = (signals: Partial<Record<SignalName, number>>, qps: number) =>
      diagnose(run(24, STALLED, (second) => with_(second, 200, signals, qps))).reading;
    assert.deepEqual(reading({}, 0.6), {
      p99: 'up',
      qps: 'down',
      cacheMisses: 'level',
      means: 'network jitter',
    });
    assert.equal(reading({ cacheMissRatio: 0.15 }, 0.6)?.means, 'memory bandwidth');
    assert.equal(reading({ cacheMissRatio: 0.15 }, 1)?.means, 'lost locality');
    assert.equal(reading({}, 1)?.means, 'a tail that the rate does not feel');
  });

  it('does not call waiting for a CPU a lock', () => {
    const starving = (second: MadeSecond) => ({
      ...with_(second, 900, { cpuCores: 0.06, busiestThread: 0.02, runQueueMs: 450 }, 0.5),
    });
    const { patterns } = diagnose(run(18, everySecond, starving, { rate: 1000, p99Ms: 900 }));
    assert.deepEqual(
      patterns.map(({ pattern }) => pattern),
      ['cpu-saturation'],
    );
    assert.match(patterns[0]?.summary ?? '', /waited 450 ms a second for a CPU, and ran for 60 ms/);
  });

  it('judges nothing in a few seconds', () => {
    const { patterns, why } = diagnose(resultOf([...Array(8)].map(() => ({ p99Ms: 5, qps: 100 }))));
    assert.deepEqual(patterns, []);
    assert.match(why ?? '', /7 whole seconds/);
  });

  it('finds nothing in a calm run', () => {
    const { patterns, spikes, reading } = diagnose(run(25, [], (second) => second));
    assert.deepEqual([patterns, spikes, reading], [[], [], null]);
  });

  it('says the same of the same result', () => {
    const result = run(4, STALLED, (second) => with_(second, 300, { gcMs: 280 }));
    assert.deepEqual(diagnose(result), diagnose(result));
  });
});
