import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { compareMatrix } from '#zipfire/compare/index.js';
import { runs } from '#zipfire/compare/recorded.test.kit.js';
import type { CellRun, MatrixResult } from '#zipfire/core/index.js';
import { renderMatrix } from '#zipfire/report/matrix.js';
import { renderMatrixCsv } from '#zipfire/report/matrix-csv.js';
import { assertGolden } from '../fixtures/golden.js';

const axes = [
  { name: 'skew', labels: ['uniform', 'zipf 1.2'] },
  { name: 'connections', labels: ['16', '64'] },
];

/** @param change what differs in each run from one that is well */
function matrixOf(
  repeats: number,
  change: (cell: number, run: CellRun) => Partial<CellRun> = () => ({}),
): MatrixResult {
  const cells = [0, 1].flatMap((skew) =>
    [0, 1].map((level) => {
      const cell = 2 * skew + level;
      return runs(repeats, 40_000 - 6000 * skew + 2000 * level, 900 * (1 + 2 * level)).map(
        (summary, i): CellRun => {
          const run: CellRun = {
            round: i + 1,
            order: 4 * i + cell + 1,
            startedAt: '2026-01-02T03:04:05.678Z',
            validity: { valid: true, reasons: [] },
            gates: [],
            verdict: 'pass',
            summary,
            operations: [],
          };
          return { ...run, ...change(cell, run) };
        },
      );
    }),
  );
  const at = [0, 1].flatMap((skew) => [0, 1].map((level) => [skew, level]));
  const compared = compareMatrix(
    axes,
    cells.map((all, i) => ({ at: at[i] ?? [], runs: all.map(({ summary }) => summary) })),
    0,
  );
  return {
    schema: 'zipfire.matrix/1',
    tool: { name: 'zipfire', version: '0.1.0', node: 'v20.20.2', platform: 'linux x64', cpus: 2 },
    startedAt: '2026-01-02T03:04:05.678Z',
    name: 'four',
    seed: 1,
    axes: axes.map(({ name, labels }) => ({ name, values: labels })),
    baseline: 0,
    repeat: 6,
    interrupted: repeats < 6,
    cells: cells.map((all, i) => ({
      values: Object.fromEntries(axes.map(({ name, labels }, a) => [name, labels[at[i]?.[a] ?? 0] ?? ''])),
      plan: {},
      runs: all,
      figures: compared.figures[i] ?? [],
    })),
    effects: compared.effects,
    warnings: compared.warnings,
  };
}

const gate = { source: 'p99 < 2ms', actual: 2700, limit: 2000 } as const;
const scenes: Readonly<Record<string, () => MatrixResult>> = {
  proven: () => matrixOf(6),
  interrupted: () => matrixOf(2),
  gated: () =>
    matrixOf(6, (cell, { round }) =>
      cell % 2 === 0
        ? { gates: [{ ...gate, verdict: 'pass' }] }
        : round > 3
          ? { gates: [{ ...gate, verdict: 'fail' }], verdict: 'fail' }
          : {
              gates: [{ ...gate, verdict: 'pass' }],
              verdict: 'invalid',
              validity: { valid: false, reasons: ['saturated: the worker had no time left; add workers'] },
            },
    ),
};

describe('matrix at a terminal', () => {
  for (const [name, scene] of Object.entries(scenes)) {
    const render = (changes: object = {}) =>
      renderMatrix(scene(), { colour: false, unicode: true, width: 100, ...changes });
    it(`shows ${name}`, () => assertGolden(`compare/matrix-${name}.golden.txt`, render()));
    it(`is the same with colours, fits, and is ASCII where there is no more: ${name}`, () => {
      assert.equal(stripVTControlCharacters(render({ colour: true })), render());
      for (const width of [40, 80]) {
        for (const line of render({ width }).split('\n')) assert.ok([...line].length <= width, line);
      }
      assert.match(render({ unicode: false }), /^[\x20-\x7e\n]+$/);
    });
  }
});

describe('matrix as CSV', () => {
  it('has a line for each run', () =>
    assertGolden('compare/matrix.golden.csv', renderMatrixCsv(matrixOf(2))));

  it('quotes, and gives no spreadsheet a formula', () => {
    const whole = matrixOf(2);
    const [first, ...rest] = whole.cells as [MatrixResult['cells'][number], ...MatrixResult['cells']];
    const hostile = { skew: '=cmd|"x"!A1', connections: 'a,b\nc' };
    const text = renderMatrixCsv({ ...whole, cells: [{ ...first, values: hostile }, ...rest] });
    assert.ok(text.includes('\r\n1,"\'=cmd|""x""!A1","a,b\nc",1,'));
  });
});
