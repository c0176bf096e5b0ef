import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CapacityRun, CapacityStep, CapacityVerdict } from '../core/index.js';
import { describeStep } from './evidence.js';
import { limitRuns } from './limit-runs.js';

const signs: Readonly<Record<string, CapacityVerdict>> = {
  p: 'pass',
  f: 'fail',
  g: 'generator',
  c: 'connections',
};
const runOf = (at: string, verdict: CapacityVerdict, connections: number, achieved: number): CapacityRun => ({
  startedAt: at,
  connections,
  achieved,
  errorRate: 0,
  meanUs: null,
  p50Us: null,
  p99Us: null,
  samples: 1,
  verdict,
  why: null,
});
/** `100 ppf`: a rate and how its runs ended; they are named `100.0`, `100.1`, … */
const step = (text: string): CapacityStep => {
  const [rate = '', letters = ''] = text.split(' ');
  const runs = [...letters].map((letter, i) =>
    runOf(`${rate}.${i}`, signs[letter] ?? 'pass', 8, Number(rate)),
  );
  const passed = runs.filter(({ verdict }) => verdict === 'pass').length;
  return describeStep(Number(rate), runs, passed > runs.length / 2 ? 'pass' : (runs[0]?.verdict ?? 'pass'));
};
const found = { varied: 'rate', ended: 'found', connections: 8, maxRate: 100 } as const;
const names = (runs: readonly CapacityRun[]) => runs.map(({ startedAt }) => startedAt);

describe('evidence of a limit', () => {
  it('is the runs that failed at the end of the bracket and close above, beside those that passed far below', () => {
    const steps = ['25 p', '50 pf', '75 p', '100 ppfpp', '102 fpgff', '120 ff', '140 ff'].map(step);
    const runs = limitRuns({ ...found, steps, low: 100, high: 102 });
    assert.ok(runs.kind === 'runs');
    assert.deepEqual(names(runs.over), ['102.0', '102.3', '102.4', '120.0', '120.1']);
    assert.deepEqual(names(runs.light), ['25.0', '50.0']);
    assert.deepEqual(
      runs.at.map(({ rate }) => rate),
      [102, 120],
    );
  });

  it('is that of the lowest rate where nothing passed', () => {
    const runs = limitRuns({
      ...found,
      ended: 'floor',
      steps: ['1 ff', '9 ff'].map(step),
      low: null,
      high: null,
    });
    assert.ok(runs.kind === 'runs');
    assert.deepEqual([names(runs.over), names(runs.light)], [['1.0', '1.1'], []]);
  });

  const none = [
    {
      what: 'no rate was too high',
      given: { ended: 'ceiling', high: null } as const,
      why: /not brought to its limit/,
    },
    {
      what: 'the generator was the limit',
      given: { ended: 'generator', high: null } as const,
      why: /not brought/,
    },
    {
      what: 'it is another one each time',
      given: { ended: 'unstable', high: 102 } as const,
      why: /unstable/,
    },
  ];
  for (const { what, given, why } of none) {
    it(`is none where ${what}`, () => {
      const runs = limitRuns({ ...found, steps: ['100 pp', '102 gg'].map(step), low: 100, ...given });
      assert.ok(runs.kind === 'none');
      assert.match(runs.why, why);
    });
  }

  describe('of a sweep', () => {
    const point = (connections: number, achieved: number) =>
      describeStep(null, [runOf(`c${connections}`, 'pass', connections, achieved)], 'pass');
    const sweep = (...achieved: number[]) => {
      const steps = achieved.map((each, i) => point(2 ** i, each));
      const maxRate = Math.max(...achieved);
      const connections = 2 ** achieved.indexOf(maxRate);
      return limitRuns({
        ...found,
        varied: 'connections',
        steps,
        low: null,
        high: null,
        maxRate,
        connections,
      });
    };

    it('is the points from the highest on that have as much', () => {
      const runs = sweep(100, 200, 390, 400, 396, 300);
      assert.ok(runs.kind === 'runs');
      assert.deepEqual(
        [names(runs.over), names(runs.light)],
        [
          ['c8', 'c16'],
          ['c1', 'c2'],
        ],
      );
    });

    it('is none where the last is the highest', () => {
      const runs = sweep(100, 200, 400);
      assert.ok(runs.kind === 'none');
      assert.match(runs.why, /still grew/);
    });
  });
});
