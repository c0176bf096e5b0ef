import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { resample, sparkline } from './sparkline.js';

describe('sparkline', () => {
  it('stands on zero', () => {
    assert.equal(sparkline([0, 1, 2, 3, 4, 5, 6, 7, 8], 80, 'mean'), '▁▁▂▃▄▅▆▇█');
    assert.equal(sparkline([95, 100], 80, 'mean'), '██');
    assert.equal(sparkline([0, 0], 80, 'mean'), '▁▁');
    assert.equal(sparkline([], 80, 'mean'), '');
  });

  it('leaves a blank where there is no data', () => {
    assert.equal(sparkline([8, null, 4], 80, 'max'), '█ ▄');
    assert.equal(sparkline([null], 80, 'max'), ' ');
  });

  it('folds what does not fit: the mean of a rate, the worst of a latency', () => {
    assert.deepEqual(resample([1, 3, 10, 20], 2, 'mean'), [2, 15]);
    assert.deepEqual(resample([1, 3, 10, 20], 2, 'max'), [3, 20]);
    assert.deepEqual(resample([null, 3, null, null], 2, 'max'), [3, null]);
  });

  it('has the width it may have, and never hides the worst second', () => {
    const values = fc.array(fc.option(fc.integer({ min: 0, max: 1000 })), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 80 }), (series, width) => {
        const points = resample(series, width, 'max');
        assert.equal(points.length, Math.min(width, series.length));
        assert.equal(
          Math.max(-1, ...points.map((p) => p ?? -1)),
          Math.max(-1, ...series.map((v) => v ?? -1)),
        );
      }),
    );
  });
});
