import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bracketConfidence } from './confidence.js';
import { decide } from './decide.js';
import { bracketOf, type Evidence, stepVerdict } from './evidence.js';

const signs = { p: 'pass', f: 'fail', g: 'generator', c: 'connections' } as const;
/** `1000 ppf`: a rate, and how its runs ended. */
const step = (text: string): Evidence => {
  const [rate = '', runs = ''] = text.split(' ');
  return {
    rate: Number(rate),
    runs: [...runs].map((sign) => ({ verdict: signs[sign as keyof typeof signs] })),
  };
};
const quorum = { repeat: 3, confirm: 5 };
const options = { ...quorum, start: 1000, floor: 1, ceiling: 1e7, precision: 0.02, growth: 2 };

describe('verdict of a step', () => {
  const cases = {
    '1 p': 'undecided',
    '1 pp': 'pass',
    '1 pf': 'undecided',
    '1 pfp': 'pass',
    '1 ff': 'fail',
    '1 gg': 'generator',
    '1 gcc': 'connections',
    '1 ggp': 'generator',
    '1 ggpp': 'pass',
    '1 ppff': 'undecided',
    '1 ppfff': 'fail',
    '1 gpgfgpgfgpgf': 'generator',
    '1 pfpfpfpfpfpf': 'fail',
  } as const;
  for (const [text, verdict] of Object.entries(cases))
    it(`${text} is ${verdict}`, () => assert.equal(stepVerdict(step(text), quorum), verdict));
});

describe('decision', () => {
  const cases: readonly (readonly [steps: string[], decision: string])[] = [
    [[], 'start 1000'],
    [['1000 p'], 'repeat 1000'],
    [['1000 pp'], 'grow 2000'],
    [['1000 pp', '2000 pp'], 'grow 8000'],
    [['1000 ff'], 'shrink 500'],
    [['1000 ff', '500 ff'], 'shrink 125'],
    [['1 ff'], 'end floor'],
    [['1 gg'], 'end generator'],
    [['1000 pp', '2000 ff'], 'bisect 1414'],
    [['1000 pp', '2000 gg'], 'bisect 1414'],
    [['1000 pp', '1020 ff'], 'confirm 1000'],
    [['1000 ppppp', '1020 ff'], 'confirm 1020'],
    [['1000 ppppp', '1020 fffff'], 'end found'],
    [['1000 ppppp', '1020 ggggg'], 'end generator'],
    [['1000 ppppp', '1020 gg'], 'confirm 1020'],
    [['1000 ppppp', '1020 cgccc'], 'end connections'],
    // What it spoilt below a failure that is near leaves a wider bracket; both ends are asked again.
    [['1000 ppppp', '1020 ggggg', '1100 ff'], 'confirm 1100'],
    [['1000 ppppp', '1020 ggggg', '1100 fffff'], 'end found'],
    [['1000 ppppp', '1020 gg', '1100 fffff'], 'confirm 1020'],
    [['1000 ppppp', '1020 ggggg', '2000 fffff'], 'end generator'],
    // What the generator spoilt below a rate that passed says nothing.
    [['900 gg', '1000 ppppp', '1020 fffff'], 'end found'],
    [['800 ff', '1000 pp'], 'end unstable'],
    // Close to the limit it is luck that a rate fails below one that passes: both are asked again.
    [['900 ff', '1000 pp'], 'confirm 900'],
    [['900 fffff', '1000 pp'], 'confirm 1000'],
    [['880 ppppp', '900 fffff', '910 ppppp', '920 fffff'], 'bisect 889.9'],
    // One step that says otherwise is luck; more are not.
    [['500 pp', '1000 ppfff', '2000 ff'], 'bisect 707.1'],
    [['500 ppfff', '1000 ppfff', '2000 ppfff'], 'end unstable'],
    [['1e7 ppppp'], 'end ceiling'],
    // Runs that disagree: two more, and if that does not do, a little farther out.
    [['1000 ppppf', '1020 fffff'], 'confirm 1000'],
    [['500 pp', '980 pp', '1000 ppppfpp', '1020 fffff', '1040 ff', '1100 ff'], 'end found'],
    // Of two rates alone, one failure may be the first of many.
    [['1000 ppppfpp', '1020 fffff'], 'widen 980.4'],
    [['1000 ppppffp', '1020 fffff'], 'widen 980.4'],
    [['980.4 ppp', '1000 ppppffp', '1020 fffff'], 'widen 980.4'],
    [['980.4 ppppp', '1000 ppppffp', '1020 fffff'], 'end found'],
    [['1000 ppppp', '1020 fffpffp'], 'widen 980.4'],
    [['960 ppppp', '980 ppppp', '1000 ppppp', '1020 fffpffp'], 'widen 1040'],
    [['900 ppppp', '1000 ppppffp', '1020 fffff'], 'end found'],
  ];
  for (const [steps, expected] of cases) {
    it(`${steps.join(', ') || 'nothing'}: ${expected}`, () => {
      const next = decide(steps.map(step), options);
      assert.equal(next.kind === 'run' ? `${next.why} ${next.rate}` : `end ${next.ended}`, expected);
    });
  }
});

describe('bracket', () => {
  it('lies between the highest pass and the lowest failure above it', () => {
    const { low, high, inverted } = bracketOf(['400 ff', '100 pp', '200 pp', '300 ff'].map(step), quorum);
    assert.deepEqual([low?.rate, high?.rate, inverted], [200, 300, false]);
  });

  it('has nothing failed below its low end, and nothing passed above its high one', () => {
    const { low, high, inverted } = bracketOf(['100 pp', '200 ff', '300 pp', '400 ff'].map(step), quorum);
    assert.deepEqual([low?.rate, high?.rate, inverted], [100, 400, true]);
  });
});

describe('confidence', () => {
  const cases: readonly (readonly [low: string, high: string | null, confidence: number])[] = [
    ['1 ppppp', '2 fffff', 1 - 2 / 32],
    ['1 pp', '2 ff', 0.5],
    ['1 ppppp', null, 1 - 1 / 32],
    // 4 or more of 5: 6 of 32.
    ['1 ppppf', '2 fffff', 1 - 7 / 32],
    ['1 ppgppp', '2 fffff', 1 - 2 / 32],
    ['1 p', '2 f', 0],
  ];
  for (const [low, high, confidence] of cases) {
    it(`${low}, ${high}: ${confidence}`, () => {
      const seen = bracketConfidence(step(low), high === null ? null : step(high));
      assert.ok(Math.abs(seen - confidence) < 1e-12, String(seen));
    });
  }
});
