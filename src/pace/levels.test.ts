import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { LevelStage } from '../core/index.js';
import { createLevels, levelRange, stagesMs } from './index.js';

const level = fc.integer({ min: 1, max: 200 });
const ms = fc.integer({ min: 1, max: 5000 });
const stage: fc.Arbitrary<LevelStage> = fc.oneof(
  fc.record({ shape: fc.constant('const' as const), level, durationMs: ms }),
  fc.record({ shape: fc.constant('ramp' as const), from: level, to: level, durationMs: ms }),
  fc.record({
    shape: fc.constant('step' as const),
    from: level,
    to: level,
    by: fc.integer({ min: 1, max: 50 }),
    everyMs: ms,
  }),
);
const stages = fc.array(stage, { minLength: 1, maxLength: 4 });

/** Every level that is come by, and when. */
function walk(all: readonly LevelStage[]): [ns: number, level: number][] {
  const levels = createLevels(all);
  const seen: [number, number][] = [[0, levels.at(0)]];
  for (let ns = levels.nextNs(0); ns < Number.POSITIVE_INFINITY; ns = levels.nextNs(ns)) {
    assert.ok(ns > (seen.at(-1)?.[0] ?? 0), 'time goes on');
    if (levels.at(ns) !== seen.at(-1)?.[1]) seen.push([ns, levels.at(ns)]);
  }
  return seen;
}

describe('levels over time', () => {
  const table: [name: string, stages: LevelStage[], expected: [sec: number, level: number][]][] = [
    ['a constant', [{ shape: 'const', level: 4, durationMs: 1000 }], [[0, 4]]],
    [
      'steps up, the last of them short',
      [{ shape: 'step', from: 4, to: 9, by: 2, everyMs: 10_000 }],
      [
        [0, 4],
        [10, 6],
        [20, 8],
        [30, 9],
      ],
    ],
    [
      'steps down and what follows',
      [
        { shape: 'step', from: 9, to: 1, by: 4, everyMs: 1000 },
        { shape: 'const', level: 7, durationMs: 1000 },
      ],
      [
        [0, 9],
        [1, 5],
        [2, 1],
        [3, 7],
      ],
    ],
    [
      'a line: each number as long',
      [{ shape: 'ramp', from: 1, to: 4, durationMs: 8000 }],
      [
        [0, 1],
        [2, 2],
        [4, 3],
        [6, 4],
      ],
    ],
  ];
  for (const [name, all, expected] of table) {
    it(`are of ${name}`, () => {
      assert.deepEqual(
        walk(all).map(([ns, at]) => [ns / 1e9, at]),
        expected,
      );
    });
  }

  it('go on as they ended, and begin before the start', () => {
    const levels = createLevels([{ shape: 'ramp', from: 3, to: 8, durationMs: 500 }]);
    assert.deepEqual([levels.at(-5e9), levels.at(0.5e9), levels.at(90e9)], [3, 8, 8]);
    assert.equal(levels.nextNs(0.5e9), Number.POSITIVE_INFINITY);
    assert.equal(levels.nextNs(-1) > -1, true);
  });

  it('name every instant at which they change', () => {
    fc.assert(
      fc.property(stages, fc.double({ min: 0, max: 1, noNaN: true }), (all, share) => {
        const levels = createLevels(all);
        const ns = stagesMs(all) * 1e6 * share;
        const next = levels.nextNs(ns);
        assert.ok(next > ns);
        const before = ns + (Math.min(next, stagesMs(all) * 1e6) - ns) * 0.999;
        if (next - ns > 1) assert.equal(levels.at(before), levels.at(ns));
      }),
    );
  });

  it('stay within their range and come to both its ends', () => {
    fc.assert(
      fc.property(stages, (all) => {
        const seen = walk(all).map(([, at]) => at);
        assert.deepEqual({ least: Math.min(...seen), most: Math.max(...seen) }, levelRange(all));
        assert.ok(seen.every(Number.isInteger));
      }),
    );
  });
});
