import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { maximise } from './maximise.js';

describe('maximise', () => {
  it('finds the top of a tilted hill', () => {
    const coordinate = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(coordinate, coordinate, (x, y) => {
        const hill = ([a = 0, b = 0]: readonly number[]) =>
          -((a - x) ** 2) - 5 * (b - y + 0.5 * (a - x)) ** 2;
        const { at, value } = maximise(hill, [0, 0], [0.3, 0.3], { tolerance: 1e-10, maxEvaluations: 1000 });
        assert.ok(value > -1e-6, `${at} is not ${x},${y}`);
      }),
    );
  });

  it('stays in a domain whose edge is the best place', () => {
    const edge = ([x = 0, y = 0]: readonly number[]) => (x < 0 ? Number.NEGATIVE_INFINITY : -x - y * y);
    const { at } = maximise(edge, [2, 1], [0.5, 0.5], { tolerance: 1e-9, maxEvaluations: 1000 });
    assert.ok((at[0] ?? 1) >= 0 && (at[0] ?? 1) < 1e-3, String(at));
  });

  it('stops after the evaluations it is given', () => {
    let calls = 0;
    maximise(
      ([x = 0]) => {
        calls++;
        return x;
      },
      [0],
      [1],
      { maxEvaluations: 50 },
    );
    assert.ok(calls <= 55, `${calls} calls`);
  });
});
