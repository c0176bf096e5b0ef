import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compareMatrix, type MatrixRuns } from './compare-matrix.js';
import { runs } from './recorded.test.kit.js';

const axes = [
  { name: 'skew', labels: ['flat', 'hot'] },
  { name: 'connections', labels: ['16', '64', '256'] },
];

/** Hot keys cost a tenth of the rate; connections cost nothing but P99, which grows fourfold with each step. */
function cells(repeats: number): MatrixRuns[] {
  return [0, 1].flatMap((skew) =>
    [0, 1, 2].map((level) => ({
      at: [skew, level],
      runs: runs(repeats, 1000 * (1 - skew / 10), 800 * 4 ** level),
    })),
  );
}

const effectOf = (comparison: ReturnType<typeof compareMatrix>, axis: string, to: string, metric: string) => {
  const found = comparison.effects.find(
    (effect) => effect.axis === axis && effect.to === to && effect.metric === metric,
  );
  assert.ok(found, `${axis} ${to} ${metric}`);
  return found;
};

describe('compareMatrix', () => {
  it('proves with three repeats what an axis does, and of no cell what it does alone', () => {
    const comparison = compareMatrix(axes, cells(3), 0);
    const hot = effectOf(comparison, 'skew', 'hot', 'qps');
    assert.deepEqual([hot.from, hot.verdict, hot.pairs], ['flat', 'worse', 3]);
    assert.ok(Math.abs((hot.change ?? 0) + 0.1) < 0.002);
    assert.equal(effectOf(comparison, 'skew', 'hot', 'p99').verdict, '~');
    const wide = effectOf(comparison, 'connections', '256', 'p99');
    assert.deepEqual([wide.verdict, wide.pairs], ['worse', 2]);
    assert.ok(Math.abs((wide.change ?? 0) - 15) < 0.2);
    assert.equal(effectOf(comparison, 'connections', '64', 'qps').verdict, '~');
    for (const figure of comparison.figures.flat()) assert.equal(figure.verdict, '~');
    assert.match(
      comparison.warnings.join(),
      /^3 runs of a cell can prove nothing about a cell by itself, among 10/,
    );
  });

  it('proves what a cell does with the repeats it asked for', () => {
    const repeats = Number(/--repeat (\d+)/.exec(compareMatrix(axes, cells(3), 0).warnings.join())?.[1]);
    const { figures, warnings } = compareMatrix(axes, cells(repeats), 0);
    assert.deepEqual(warnings, []);
    const verdicts = figures.map((figure) =>
      ['qps', 'p99'].map((name) => figure.find(({ metric }) => metric === name)?.verdict),
    );
    assert.deepEqual(verdicts, [
      ['~', '~'],
      ['~', 'worse'],
      ['~', 'worse'],
      ['worse', '~'],
      ['worse', 'worse'],
      ['worse', 'worse'],
    ]);
  });

  it('compares with the baseline it is given', () => {
    const comparison = compareMatrix(axes, cells(6), 5);
    assert.equal(effectOf(comparison, 'skew', 'flat', 'qps').verdict, 'better');
    assert.equal(effectOf(comparison, 'connections', '16', 'p99').verdict, 'better');
    assert.equal(comparison.figures[5]?.[0]?.change, null);
  });

  it('takes what an interrupted matrix has', () => {
    const some = cells(2).map((cell, i) => (i > 2 ? { ...cell, runs: cell.runs.slice(0, 5 - i) } : cell));
    const comparison = compareMatrix(axes, some, 0);
    assert.deepEqual(
      comparison.figures.map(([qps]) => qps?.n),
      [2, 2, 2, 2, 1, 0],
    );
    assert.equal(comparison.figures[5]?.[0]?.median, null);
    assert.equal(effectOf(comparison, 'skew', 'hot', 'qps').pairs, 2);
    const none = compareMatrix(
      axes,
      cells(1).map((cell) => ({ ...cell, runs: [] })),
      0,
    );
    assert.ok(none.effects.every(({ verdict, pairs }) => verdict === '~' && pairs === 0));
  });
});
