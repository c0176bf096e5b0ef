import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { GateResult, Result } from '../core/index.js';
import { parseGate } from './parse.js';
import { result, summary } from './result.test.kit.js';
import { run, type SecondParts, secondOf, tellRepeat } from './seconds.test.kit.js';
import { GateWatch } from './watch.js';
import type { WatchedRun } from './windows/window.js';

const context = { operations: ['read'] };

/** A second of so many requests of so many µs. */
const fast: SecondParts = { us: Array(100).fill(1000) };
const slow: SecondParts = { us: Array(100).fill(90_000) };
const failing: SecondParts = { us: Array(90).fill(1000), errors: 10 };
const nothing: SecondParts = {};
/** Of one request more than it answers, which waits from then on. */
const hanging: SecondParts = { ...fast, sent: 101 };

interface Told {
  readonly durationSec?: number;
  readonly run?: WatchedRun;
}

function judged(source: string, repeats: readonly (readonly SecondParts[])[], told: Told = {}): GateResult {
  const watch = new GateWatch([parseGate(source, context)], told.run ?? run, null, () => {});
  repeats.forEach((seconds, i) => {
    tellRepeat(watch, seconds, { repeat: i + 1, durationSec: told.durationSec ?? seconds.length });
  });
  return watch.results(result())[0] as GateResult;
}

const placesOf = ({ windows }: GateResult) =>
  windows?.broken.map(({ run: repeat, fromSec, toSec }) => [repeat, fromSec, toSec]);

describe('gates on windows', () => {
  const cases: [string, SecondParts[], GateResult['verdict'], number[][], number?][] = [
    ['p99 < 50ms in every 2s window', [fast, fast, fast, fast], 'pass', []],
    ['p99 < 50ms in every 2s window', [fast, fast, slow, fast, fast, fast], 'fail', [[1, 2, 4]]],
    ['p99 < 50ms in 50% of 2s windows', [fast, fast, slow, fast], 'pass', [[1, 2, 4]]],
    ['p99 < 50ms in 51% of 2s windows', [fast, fast, slow, fast], 'fail', [[1, 2, 4]]],
    [
      'p99 < 50ms in 2 of 3 1s windows',
      [fast, slow, fast, slow],
      'fail',
      [
        [1, 1, 2],
        [1, 3, 4],
      ],
    ],
    [
      'p99 < 50ms in 2 of 3 1s windows',
      [fast, slow, fast, fast, slow],
      'pass',
      [
        [1, 1, 2],
        [1, 4, 5],
      ],
    ],
    // A second in which nothing ended is no second in which all was well.
    ['p99 < 50ms in every 1s window', [fast, nothing, fast], 'no-data', [[1, 1, 2]]],
    [
      'p99 < 50ms in every 1s window',
      [slow, nothing, fast],
      'fail',
      [
        [1, 0, 1],
        [1, 1, 2],
      ],
    ],
    ['p99 < 50ms in every 2s window', [fast, nothing, fast, fast], 'pass', []],
    // A rest of half a window is one; a shorter one belongs to the window before it.
    ['p99 < 50ms in every 2s window', [fast, fast, slow], 'fail', [[1, 2, 3]], 3],
    ['p99 < 50ms in every 3s window', [fast, fast, fast, slow], 'fail', [[1, 0, 4]], 4],
    // What came in after the end is of the last window.
    ['errors < 1% in every 2s window', [fast, fast, fast, fast, failing], 'fail', [[1, 2, 4]], 4],
    ['p99 < 50ms in every 2s window', [fast], 'no-data', []],
    ['p99 < 50ms in 2 of 2 1s windows', [fast], 'no-data', []],
    ['p99 < 50ms in every 2s window', [], 'no-data', []],
    ['qps >= 100/s in every 2s window', [fast, fast, fast, fast], 'pass', []],
    ['qps >= 100/s in every 2s window', [fast, fast, fast, nothing], 'fail', [[1, 2, 4]]],
    ['qps == 100/s in every 1s window', [fast, fast], 'pass', []],
    // A target that answers nothing answers at a rate of zero; where nothing was asked there is none.
    ['qps >= 1/s in every 1s window', [hanging, nothing], 'fail', [[1, 1, 2]]],
    ['ok >= 1/s in every 1s window', [hanging, nothing, { us: [1] }], 'fail', [[1, 1, 2]]],
    ['read.qps >= 1/s in every 1s window', [hanging, nothing], 'fail', [[1, 1, 2]]],
    ['qps >= 1/s in every 1s window', [{ ...fast, sent: 100 }, nothing], 'no-data', [[1, 1, 2]]],
    ['p99 < 1s in every 1s window', [hanging, nothing], 'no-data', [[1, 1, 2]]],
    ['errors < 11% in every 2s window', [failing, failing], 'pass', []],
    ['errors < 10% in every 2s window', [failing, failing], 'fail', [[1, 0, 2]]],
    ['read.errors < 10% in every 2s window', [failing, failing], 'fail', [[1, 0, 2]]],
    ['jitter(qps) < 10% in every 2s window', [fast, fast, fast, nothing], 'fail', [[1, 2, 4]]],
    // 10 % of errors are 100 times what 99.9 % allow.
    ['burn(99.9%, 2s) <= 99', [failing, failing], 'fail', [[1, 0, 2]]],
    ['burn(99.9%, 2s) < 101', [failing, failing], 'pass', []],
    // A run shorter than the window is one.
    ['burn(99.9%, 1h) < 101', [failing, failing], 'pass', []],
    ['burn(99.9%, 1h) < 99', [failing, failing], 'fail', [[1, 0, 2]]],
    ['burn(90% under 50ms, 2s) < 1', [fast, fast], 'pass', []],
    ['burn(90% under 50ms, 2s) <= 5', [fast, slow], 'pass', []],
    ['burn(90% under 50ms, 2s) < 4.9', [fast, slow], 'fail', [[1, 0, 2]]],
    // Nobody answered them.
    ['burn(50%, 2s) < 1', [{ dropped: 1 }, { us: [1] }], 'fail', [[1, 0, 2]]],
    ['burn(99%, 2s) < 1', [nothing, nothing], 'no-data', [[1, 0, 2]]],
  ];
  for (const [source, seconds, verdict, broken, durationSec = seconds.length] of cases) {
    it(`${source}, of ${seconds.length} s: ${verdict}`, () => {
      const said = judged(source, [seconds], { durationSec });
      assert.equal(said.verdict, verdict, JSON.stringify(said));
      assert.deepEqual(placesOf(said), broken);
    });
  }

  it('shows the figure of the window that decides', () => {
    const seconds = [1, 2, 3, 4].map((ms) => ({ us: [ms * 1000] }));
    const actual = (source: string) => Math.round((judged(source, [seconds]).actual ?? 0) / 1000);
    assert.equal(actual('p99 < 9ms in every 1s window'), 4);
    assert.equal(actual('p99 < 9ms in 75% of 1s windows'), 3);
    assert.equal(actual('p99 > 0 in every 1s window'), 1);
    assert.equal(actual('p99 < 9ms in 1 of 2 1s windows'), 3);
  });

  it('has no window across two repeats, and places them on the timeline', () => {
    const said = judged('p99 < 50ms in every 2s window', [
      [fast, slow, fast],
      [fast, fast, slow],
    ]);
    assert.deepEqual(placesOf(said), [
      [1, 0, 2],
      [2, 5, 6],
    ]);
    assert.equal(said.windows?.total, 4);
  });

  it('names 600 of the windows, and counts them all', () => {
    const said = judged('p99 < 50ms in every 1s window', [Array(700).fill(slow)]);
    assert.equal(said.windows?.broken.length, 600);
    assert.deepEqual([said.windows?.total, said.windows?.held], [700, 0]);
  });

  it('holds each window to the rate that was asked for in it', () => {
    const rising: WatchedRun = { ...run, rateOver: (fromSec) => (fromSec < 2 ? 100 : 200) };
    const said = judged('qps >= 95% of rate in every 2s window', [[fast, fast, fast, fast]], { run: rising });
    assert.equal(said.verdict, 'fail');
    assert.deepEqual([said.actual, said.limit], [100, 190]);
    assert.deepEqual(placesOf(said), [[1, 2, 4]]);
  });

  it('holds a sequence to its share of the rate', () => {
    const operations = [{ name: 'other' }, { name: 'read', steps: [], rateShare: 0.5 }];
    const said = judged('read.qps >= 95% of rate in every 1s window', [[fast]], {
      run: { ...run, operations, rateOver: () => 40 },
    });
    // Nothing of it ended: the seconds of these specs are of the first operation.
    assert.deepEqual([said.verdict, said.limit], ['no-data', 19]);
  });

  it('reads statuses of the window', () => {
    const said = judged('status(5xx) == 0 in every 1s window', [
      [
        {
          ...failing,
          statuses: [
            [200, 90],
            [503, 10],
          ],
        },
        { ...fast, statuses: [[200, 100]] },
      ],
    ]);
    assert.deepEqual(placesOf(said), [[1, 0, 1]]);
    assert.equal(said.actual, 10);
  });

  it('has the percentile of the window, not one of percentiles', () => {
    const values = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { maxLength: 40 });
    fc.assert(
      fc.property(fc.array(values, { minLength: 3, maxLength: 3 }), (seconds) => {
        const said = judged('p90 < 1h in every 3s window', [seconds.map((us) => ({ us }))]);
        const sorted = seconds.flat().sort((a, b) => a - b);
        if (sorted.length === 0) return assert.equal(said.verdict, 'no-data');
        const exact = sorted[Math.ceil(0.9 * sorted.length - 1e-9) - 1] as number;
        const actual = said.actual ?? 0;
        // A bucket is 1/1024 wide at most, and its upper edge is what is said.
        assert.ok(actual >= exact && actual <= exact * (1 + 1 / 1024) + 0.001, `${actual} for ${exact}`);
      }),
    );
  });
});

describe('gates that end a run', () => {
  function watched(source: string, seconds: readonly SecondParts[], durationSec = seconds.length) {
    const fired: number[] = [];
    let now = 0;
    const watch = new GateWatch([parseGate(source, context)], run, null, () => fired.push(now));
    seconds.forEach((parts, second) => {
      now = second;
      watch.second(secondOf(parts, second, durationSec));
    });
    watch.repeatEnds(durationSec);
    const [gate] = watch.results(result());
    return { fired, gate: gate as GateResult };
  }

  it('do so once, at the end of the second that met the condition', () => {
    const { fired, gate } = watched('abort when p99 > 50ms', [fast, fast, slow, slow]);
    assert.deepEqual(fired, [2]);
    assert.equal(gate.verdict, 'fail');
    assert.equal(gate.abortedAtSec, 3);
    assert.equal(gate.windows, undefined);
  });

  it('look at the last seconds, and at so many of them', () => {
    const seconds = [failing, fast, fast, failing, failing, fast];
    const { fired, gate } = watched('abort when errors > 9% in a 2s window', seconds);
    assert.deepEqual(fired, [4]);
    assert.deepEqual(gate.windows?.broken, [{ run: 1, fromSec: 3, toSec: 5, actual: 0.1 }]);
    assert.equal(gate.abortedAtSec, 5);
  });

  it('hold where the condition was never met, and show what was nearest to it', () => {
    const { fired, gate } = watched('abort when errors > 50% in a 2s window', [fast, failing, failing, fast]);
    assert.deepEqual(fired, []);
    assert.deepEqual([gate.verdict, gate.actual, gate.limit], ['pass', 0.1, 0.5]);
    assert.equal(gate.abortedAtSec, undefined);
  });

  it('judge a run shorter than their window as a whole', () => {
    assert.equal(watched('abort when errors > 5% in a 10s window', [failing]).gate.verdict, 'fail');
    assert.equal(watched('abort when errors > 5% in a 10s window', [fast]).gate.verdict, 'pass');
  });

  it('judge every repeat shorter than their window', () => {
    const said = judged('abort when errors > 5% in a 10s window', [[fast], [failing]]);
    assert.deepEqual([said.verdict, said.actual, said.windows?.total], ['fail', 0.1, 2]);
    const none = judged('abort when errors > 5% in a 2s window', [[fast, fast], [failing]]);
    assert.equal(none.verdict, 'fail');
  });

  it('fail by what came in after the end, and end nothing any more', () => {
    const { fired, gate } = watched('abort when errors > 3%', [fast, fast, failing], 2);
    assert.deepEqual(fired, []);
    assert.equal(gate.verdict, 'fail');
    assert.equal(gate.abortedAtSec, undefined);
  });

  it('do not take a second that was cut short for a slow one', () => {
    const half = { us: Array(50).fill(1000) };
    const { fired, gate } = watched('abort when qps < 90/s in a 1s window', [fast, half], 1.5);
    assert.deepEqual(fired, []);
    assert.equal(gate.verdict, 'pass');
  });

  it('end one whose target answers nothing any more', () => {
    const { fired, gate } = watched('abort when qps < 1/s in a 2s window', [
      hanging,
      nothing,
      nothing,
      nothing,
    ]);
    assert.deepEqual(fired, [2]);
    assert.deepEqual([gate.actual, gate.abortedAtSec], [0, 3]);
    assert.deepEqual(watched('abort when ok < 1/s in a 1s window', [hanging, hanging, nothing]).fired, [2]);
  });

  it('have no verdict without data', () => {
    assert.equal(watched('abort when p99 > 1s', [nothing, nothing]).gate.verdict, 'no-data');
    assert.equal(watched('abort when p99 > 1s', []).gate.verdict, 'no-data');
    assert.equal(watched('abort when p99 > 1s', [nothing, fast]).gate.verdict, 'pass');
  });

  it('take burn rates, whose window they slide', () => {
    const seconds = [fast, failing, failing, fast];
    assert.deepEqual(watched('abort when burn(99%, 2s) > 9', seconds).fired, [2]);
  });
});

describe('GateWatch', () => {
  it('asks for nothing where no gate needs it', () => {
    const watches = (...sources: string[]) =>
      new GateWatch(
        sources.map((source) => parseGate(source, context)),
        run,
        null,
        () => {},
      ).watches;
    assert.equal(watches('p99 < 1s', 'jitter(qps) < 10%', 'p99 < 2 x baseline'), false);
    assert.equal(watches('p99 < 1s', 'p99 < 1s in every 1s window'), true);
    assert.equal(watches('abort when p99 > 1s'), true);
    assert.equal(watches('burn(99%, 1h) < 1'), true);
  });

  it('judges every gate in its place', () => {
    const sources = ['p99 < 1ms', 'p99 < 50ms in every 1s window', 'abort when p99 > 1s', 'errors == 0'];
    const watch = new GateWatch(
      sources.map((source) => parseGate(source, context)),
      run,
      null,
      () => {},
    );
    tellRepeat(watch, [fast, slow]);
    const said = watch.results(result()).map(({ source, verdict }) => [source, verdict]);
    assert.deepEqual(said, [
      ['p99 < 1ms', 'pass'],
      ['p99 < 50ms in every 1s window', 'fail'],
      ['abort when p99 > 1s', 'pass'],
      ['errors == 0', 'pass'],
    ]);
  });

  it('holds random arrivals to those that came, and not to their mean', () => {
    // Of 100/s: 80 in the first second, 110 in the second one, in each of two repeats.
    const dueBy = [0, 80, 190];
    const rateOver = (fromSec: number, toSec: number) =>
      ((dueBy[toSec] ?? 190) - (dueBy[fromSec] ?? 190)) / (toSec - fromSec);
    const point = (t: number, qps: number) => ({ t, qps }) as Result['timeline'][number];
    const measured = result({
      summary: { durationSec: 4, qps: 95, targetRate: 100 },
      timeline: [point(0, 80), point(1, 110), point(2, 80), point(3, 110)],
    });
    const runs = [summary({ durationSec: 2 }), summary({ durationSec: 2 })];
    const said = (source: string, random: boolean) => {
      const gates = [parseGate(source, context)];
      const [gate] = new GateWatch(gates, { ...run, rateOver, random }, null, () => {}).results({
        ...measured,
        runs,
      });
      return [gate?.verdict, gate?.actual, gate?.limit];
    };
    assert.deepEqual(said('qps >= 100% of rate', true), ['pass', 95, 95]);
    assert.deepEqual(said('qps >= 100% of rate', false), ['fail', 95, 100]);
    assert.deepEqual(said('jitter(qps) < 1%', true), ['pass', 0, 0.01]);
    assert.equal(said('jitter(qps) < 1%', false)[0], 'fail');
  });
});
