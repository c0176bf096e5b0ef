import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { compareResults, type Recorded } from '#zipfire/compare/index.js';
import { latencyOf, recorded, runs } from '#zipfire/compare/recorded.test.kit.js';
import { renderComparison } from '#zipfire/report/compare.js';
import type { Curve } from '#zipfire/report/compare-plot.js';
import { assertGolden } from '../fixtures/golden.js';

/** A tail that begins at `bendUs`, by percentile. */
function curve(name: string, medianUs: number, bendUs: number): Curve {
  const points = Array.from({ length: 65 }, (_, i) => {
    const nines = i / 16;
    return {
      quantile: 1 - 10 ** -nines,
      us: medianUs * (0.6 + nines) + (nines > 2 ? bendUs * (nines - 2) : 0),
    };
  });
  return { name, points };
}

const base = recorded('base.json', runs(10, 42_386, 6712));
const scenes: Readonly<
  Record<string, () => { results: Recorded[]; curves?: Curve[]; width?: number; minChange?: number }>
> = {
  regression: () => ({
    results: [base, recorded('new.json', runs(10, 36_100, 7900))],
    curves: [curve('base.json', 1400, 3000), curve('new.json', 1700, 9000)],
  }),
  better: () => ({ results: [base, recorded('new.json', runs(10, 52_000, 5100))], width: 120 }),
  'nothing-proven': () => ({ results: [base, recorded('again.json', runs(8, 42_300, 6705))], width: 110 }),
  'too-few': () => ({
    results: [recorded('a.json', runs(1, 1000, 800)), recorded('b.json', runs(3, 700, 1300))],
  }),
  invalid: () => ({
    results: [
      base,
      recorded('late.json', runs(10, 36_100, 7900), {
        validity: { valid: false, reasons: ['late: requests were sent 12 ms late; use more workers'] },
        plan: { name: 'p', target: { url: 'http://127.0.0.1:8080/' }, load: { connections: 16, rate: 5000 } },
      }),
    ],
  }),
  'errors-out-of-nothing': () => ({
    results: [
      base,
      recorded(
        'failing.json',
        runs(10, 42_386, 6712).map((run, i) => ({ ...run, errorRate: 0.001 * (1 + i) })),
      ),
    ],
  }),
  'no-data': () => ({
    results: [
      base,
      recorded(
        'nothing.json',
        runs(10, 42_386, 6712).map((run) => ({
          ...run,
          errorRate: 1,
          latencyUs: { ...run.latencyUs, response: latencyOf(0, 1) },
        })),
      ),
    ],
  }),
  small: () => ({
    results: [base, recorded('new.json', runs(10, 41_500, 6830))],
    minChange: 0.05,
    width: 110,
  }),
  several: () => ({
    results: [
      base,
      recorded('new.json', runs(10, 36_100, 7900)),
      recorded('newer.json', runs(10, 52_000, 5100)),
    ],
    curves: [curve('base.json', 1400, 3000), curve('new.json', 1700, 9000), curve('newer.json', 900, 500)],
  }),
  hostile: () => ({
    results: [
      recorded('\u001b[31mred\u202e.json', runs(5, 1, 1)),
      recorded('b\nc.json', runs(5, 1, 1), { plan: { 'a\u001b]0;x\u0007': '\u001b[2J' } }),
    ],
  }),
};

const render = (scene: string, changes: object = {}) => {
  const {
    results,
    curves = [],
    width = 80,
    minChange = 0,
  } = (scenes[scene] as () => ReturnType<(typeof scenes)[string]>)();
  const [first, ...others] = results as [Recorded, ...Recorded[]];
  const options = { colour: false, unicode: true, width, ...changes };
  return renderComparison(compareResults(first, others, { minChange }), curves, options);
};

describe('comparison at a terminal', () => {
  for (const scene of Object.keys(scenes)) {
    it(`shows ${scene}`, () => assertGolden(`compare/${scene}.golden.txt`, render(scene)));

    it(`is the same with colours, and as wide as asked for: ${scene}`, () => {
      assert.equal(stripVTControlCharacters(render(scene, { colour: true })), render(scene));
      for (const width of [40, 80, 132]) {
        for (const line of render(scene, { width }).split('\n')) assert.ok([...line].length <= width, line);
      }
    });

    it(`is ASCII where there is no more: ${scene}`, () => {
      assert.match(render(scene, { unicode: false }), /^[\x20-\x7e\n]+$/);
    });
  }
});
