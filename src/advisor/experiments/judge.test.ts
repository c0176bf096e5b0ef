import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Experiment } from '../../core/index.js';
import { integerBelow, streamOf, uniform53 } from '../../core/index.js';
import { qps, ran, trial } from './experiments.test.kit.js';
import { type JudgeOptions, usualGuard, type View } from './figures.js';
import { judgeSession } from './judge.js';
import type { ArmTrials, Trial } from './runner.js';
import { disputedArms, rateForAll } from './same-rate.js';
import { repeatsFor } from './tests.js';

const options: JudgeOptions = { objective: qps, guard: usualGuard(qps), constrained: false, minEffect: 0.02 };

function judge(arms: readonly ArmTrials[], more: Partial<JudgeOptions> = {}, guarded = true): Experiment {
  const view: View = {
    name: 'test',
    guarded,
    arms: arms.map(({ arm: { settings } }, at) => ({ at, settings })),
  };
  const [experiment] = judgeSession(arms, [view], { ...options, ...more });
  assert.ok(experiment);
  return experiment;
}

const six = (from: number, more: Partial<Trial> = {}) =>
  Array.from({ length: 6 }, (_, i) => trial(from + i, more));

describe('judgeSession', () => {
  const cases: readonly [string, ArmTrials[], string, Partial<JudgeOptions>?][] = [
    ['a better arm', ran({ a: six(100), b: six(200) }), 'arm=b'],
    ['a worse arm: the first is the best', ran({ a: six(200), b: six(100) }), 'arm=a'],
    ['the best of three', ran({ a: six(100), b: six(200), c: six(300) }), 'arm=c'],
    ['one better, one worse', ran({ a: six(200), b: six(100), c: six(300) }), 'arm=c'],
    ['the same', ran({ a: six(100), b: six(100) }), '~'],
    ['a difference below what matters', ran({ a: six(10_000), b: six(10_050) }), '~'],
    ['too few runs', ran({ a: six(100).slice(3), b: six(200).slice(3) }), '~'],
    ['better and with a worse tail', ran({ a: six(100), b: six(200, { p99Us: 5000 }) }), '~'],
    ['better as it fails', ran({ a: six(100), b: six(200, { errorRate: 0.1 }) }), '~'],
    [
      'a run that does not hold',
      ran({ a: six(100), b: [...six(200), trial(1, { invalid: ['S01: x'] })] }),
      '~',
    ],
    ['no run', ran({ a: six(100), b: [] }), '~'],
    [
      'the first misses the constraints',
      ran({ a: six(300, { met: false }), b: six(200, { met: true }), c: six(100, { met: true }) }),
      'arm=b',
      { constrained: true, guard: null },
    ],
    [
      'none meets them',
      ran({ a: six(300, { met: false }), b: six(200, { met: false }) }),
      '~',
      { constrained: true, guard: null },
    ],
    [
      'the better one misses them',
      ran({ a: six(100, { met: true }), b: six(200, { met: false }) }),
      '~',
      { constrained: true, guard: null },
    ],
  ];
  for (const [what, arms, verdict, more] of cases)
    it(what, () => {
      const experiment = judge(arms, more);
      assert.equal(experiment.verdict, verdict, experiment.conclusion);
      assert.match(experiment.conclusion, /^[^\n]+\.$/);
      assert.doesNotMatch(experiment.conclusion, /undefined|NaN|null/);
    });

  it('gives the ratio with its interval, p, and a sentence', () => {
    const experiment = judge(ran({ a: six(100), b: six(200) }));
    const [found] = experiment.comparisons;
    assert.ok(found !== undefined && found.ratio !== null && found.low !== null && found.high !== null);
    assert.ok(Math.abs(found.ratio - 2) < 0.05 && found.low < found.ratio && found.ratio < found.high);
    // 2 of the 924 ways to deal 12 runs, over a single test: p99 is the same in all runs.
    assert.ok(Math.abs((experiment.p ?? 1) - 2 / 924) < 1e-9);
    assert.equal(
      experiment.conclusion,
      'arm=b: qps × 1.98 of arm=a (1.93 to 2.02, 95 % sure, p 0.002). p99 went from 1.00 ms to 1.00 ms.',
    );
  });

  it('says that there is no ratio to nothing', () => {
    const { verdict, conclusion } = judge(
      ran({ a: six(100).map((each) => ({ ...each, value: 0 })), b: six(200) }),
    );
    assert.equal(verdict, 'arm=b');
    assert.match(
      conclusion,
      /^arm=b: qps against arm=a is no ratio, as there are runs in which it is 0 \(p 0\.002\)\./,
    );
  });

  it('says what a gain costs', () => {
    const { conclusion } = judge(ran({ a: six(100), b: six(200, { p99Us: 5000 }) }));
    assert.match(
      conclusion,
      /but its p99 is × 5\.00 \(.*\), from 1\.00 ms to 5\.00 ms: which of them.*--objective/,
    );
  });

  it('does not hold an unguarded arm to its tail', () => {
    assert.equal(judge(ran({ a: six(100), b: six(200, { p99Us: 5000 }) }), {}, false).verdict, 'arm=b');
  });

  it('names ties', () => {
    const experiment = judge(ran({ a: six(100), b: six(200), c: six(201) }));
    assert.deepEqual([experiment.verdict, experiment.tied], ['arm=c', ['arm=b']]);
    assert.match(experiment.conclusion, /arm=b is not told apart from it/);
  });

  it('counts all experiments of a session as one family', () => {
    const arms = ran({ a: six(100), b: six(200), c: six(103) });
    const view = (name: string, at: number): View => ({
      name,
      guarded: true,
      arms: [0, at].map((each) => ({ at: each, settings: { arm: String(each) } })),
    });
    const [alone] = judgeSession(arms, [view('b', 1)], options);
    const [together] = judgeSession(arms, [view('b', 1), view('c', 2)], options);
    assert.ok((together?.p ?? 0) > (alone?.p ?? 1));
  });

  it('counts an arm that was given up', () => {
    const arms = ran({ a: six(100), b: six(200), c: six(50).slice(4) });
    const given = arms.map((each, i) => (i === 2 ? { ...each, left: 'behind' } : each));
    const experiment = judge(given, { guard: null });
    assert.equal(experiment.verdict, 'arm=b');
    assert.ok(Math.abs((experiment.p ?? 1) - 4 / 924) < 1e-9);
  });
});

describe('arms that were given up as their service did not run', () => {
  const arms = ran({ a: six(100), b: [], c: six(200) });
  const gone = (at: number) =>
    arms.map((each, i) => (i === at ? { ...each, left: 'was given up: it ended' } : each));

  it('do not stand in the way of others, and are told', () => {
    assert.equal(judge(gone(1)).verdict, 'arm=c');
    const [a, b] = gone(1);
    assert.ok(a && b);
    const { verdict, conclusion } = judge([a, b]);
    assert.equal(verdict, '~');
    assert.equal(conclusion, 'No difference is proven: arm=b was given up: it ended.');
  });

  it('are nothing to compare with', () => {
    const { verdict, conclusion } = judge(gone(0).toSpliced(1, 1));
    assert.equal(verdict, '~');
    assert.equal(conclusion, 'Inconclusive: arm=a was given up: it ended.');
  });
});

describe('where throughput and p99 do not agree', () => {
  /** Runs in an open loop, by their p99 in µs. */
  const at = (p99Us: number, more: Partial<Trial> = {}) =>
    Array.from({ length: 6 }, (_, i) => trial(60, { value: p99Us + i, p99Us: p99Us + i, ...more }));
  const broken = { invalid: ['rate-missed: 90 %; wait'] };
  const late = { invalid: ['rate-missed: 90 %', 'lateness: 50 ms'] };
  const sameRate = (runs: Readonly<Record<string, readonly Trial[]>>) => ({ rate: 60, arms: ran(runs) });
  const more = ran({ a: six(100), b: six(200, { p99Us: 5000 }) });
  const less = ran({ a: six(200, { p99Us: 5000 }), b: six(100) });

  const cases: readonly [string, ArmTrials[], Readonly<Record<string, readonly Trial[]>>, string, RegExp][] =
    [
      [
        'the better one has the better tail at one rate',
        more,
        { a: at(900), b: at(300) },
        'arm=b',
        /\. Its p99 is × 5\.00 .*, from 1\.00 ms to 5\.00 ms, at full load, and × 0\.34 \(.*\), from 903 µs to 303 µs, at the same rate of 60\/s\.$/,
      ],
      [
        'no difference at one rate',
        more,
        { a: at(900), b: at(900) },
        'arm=b',
        /at full load, and not told apart, × 1\.00 \(.*\), .*, at the same rate of 60\/s\.$/,
      ],
      [
        'the better one has the worse tail at one rate, too',
        more,
        { a: at(300), b: at(900) },
        '~',
        /but its p99 is × 5\.00 .* at full load, and × 2\.98 .* at the same rate of 60\/s: which of them counts, --objective/,
      ],
      [
        'the better one does not keep up with the rate',
        more,
        { a: at(300), b: at(300, broken) },
        '~',
        /but its p99 .*not to be judged at the same rate of 60\/s \(6 of 6 runs of arm=b: rate-missed: 90 %\)/,
      ],
      [
        'the generator does not keep up beside the better one, and throughput decides',
        more,
        { a: at(300), b: at(300, late) },
        'arm=b',
        /not to be judged .*\. So qps decides, and --objective p99 names arm=a\.$/,
      ],
      [
        'neither keeps up: the machine does not, and throughput decides',
        more,
        { a: at(300, broken), b: at(900, broken) },
        'arm=b',
        /not to be judged .*\. So qps decides, and --objective p99 names arm=a\.$/,
      ],
      [
        'the first has more throughput',
        less,
        { a: at(300), b: at(300) },
        'arm=a',
        /though its p99 is × 0\.20 .* at full load/,
      ],
      [
        'the first has more throughput, and the worse tail at one rate',
        less,
        { a: at(900), b: at(300) },
        '~',
        /arm=b: qps × 0\.5.*, but its p99 is × 0\.20 .*which of them counts/,
      ],
      [
        'only the other one keeps up with the rate',
        less,
        { a: at(900, broken), b: at(300) },
        '~',
        /which of them counts/,
      ],
    ];
  for (const [what, arms, runs, verdict, says] of cases)
    it(what, () => {
      const experiment = judge(arms, { sameRate: sameRate(runs) });
      assert.equal(experiment.verdict, verdict, experiment.conclusion);
      assert.match(experiment.conclusion, says);
      assert.doesNotMatch(experiment.conclusion, /undefined|NaN|null/);
      assert.deepEqual(
        [experiment.sameRate?.rate, experiment.sameRate?.arms.map(({ name }) => name)],
        [60, ['arm=a', 'arm=b']],
      );
    });

  it('does not take an arm that fails more requests, whatever its tail', () => {
    const arms = ran({ a: six(100), b: six(200, { p99Us: 5000, errorRate: 0.1 }) });
    assert.equal(judge(arms, { sameRate: sameRate({ a: at(900), b: at(300) }) }).verdict, '~');
  });

  it('is asked of those arms alone, and at a rate that all of them carry', () => {
    const arms = ran({ a: six(100), b: six(200), c: six(300, { p99Us: 5000 }), d: six(50, { p99Us: 90 }) });
    const view: View = {
      name: 'test',
      guarded: true,
      arms: arms.map(({ arm: { settings } }, i) => ({ at: i, settings })),
    };
    const disputed = disputedArms([judge(arms)], [view], ['qps', 'p99']);
    assert.deepEqual(disputed, [2, 3]);
    // 60 % of 52.5, two digits.
    assert.equal(rateForAll(arms, [0, ...disputed]), 32);
    assert.equal(rateForAll(ran({ a: [] }), [0]), null);
    assert.deepEqual(disputedArms([judge(arms)], [view], ['qps', 'constraints']), []);
  });
});

describe('false alarms', () => {
  it('are at most 5 % of experiments on the same service', () => {
    const trials = 400;
    let alarms = 0;
    for (let i = 0; i < trials; i++) {
      const draw = (at: number) =>
        trial(1000 * (1 + 0.2 * uniform53(i, streamOf('alarm'), at, 0)), {
          p99Us: 1000 * (1 + uniform53(i, streamOf('tail'), at, 0) ** 3),
        });
      const runs = (first: number) => Array.from({ length: 6 }, (_, k) => draw(first + k));
      if (judge(ran({ a: runs(0), b: runs(6), c: runs(12) })).verdict !== '~') alarms++;
    }
    assert.ok(alarms <= 0.05 * trials, `${alarms} of ${trials}`);
  });
});

describe('repeatsFor', () => {
  it('is enough to prove one arm among all', () => {
    assert.deepEqual(
      [repeatsFor(2, 2), repeatsFor(3, 2), repeatsFor(12, 2), repeatsFor(64, 3)],
      [6, 6, 6, 8],
    );
    const arms = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [
        `a${i}`,
        Array.from({ length: repeatsFor(12, 2) }, (_, k) =>
          trial((i === 11 ? 500 : 100) + integerBelow(20, i, streamOf('x'), k, 0), {
            p99Us: 900 + integerBelow(99, i, streamOf('y'), k, 0),
          }),
        ),
      ]),
    );
    assert.equal(judge(ran(arms)).verdict, 'arm=a11');
  });
});
