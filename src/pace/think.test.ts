import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { uniform53 } from '../core/index.js';
import { thinkNs } from './think.js';

/** Milliseconds, drawn as often as the law of large numbers asks for. */
function draws(think: Parameters<typeof thinkNs>[0]): number[] {
  return Array.from(
    { length: 20_000 },
    (_, i) => thinkNs(think, uniform53(1, 2, i, 0), uniform53(1, 2, i, 1)) / 1e6,
  );
}

describe('thinkNs', () => {
  for (const [think, mean, deviation] of [
    [{ kind: 'constant', ms: 7.5 }, 7.5, 0],
    [{ kind: 'uniform', minMs: 10, maxMs: 40 }, 25, 30 / Math.sqrt(12)],
    [{ kind: 'exponential', meanMs: 20, maxMs: 400 }, 20, 20],
    [{ kind: 'normal', meanMs: 50, deviationMs: 5, maxMs: 1000 }, 50, 5],
  ] as const) {
    it(`has the mean and the deviation of a ${think.kind} time`, () => {
      const all = draws(think);
      const sampleMean = all.reduce((sum, ms) => sum + ms, 0) / all.length;
      const sampleDeviation = Math.sqrt(
        all.reduce((sum, ms) => sum + (ms - sampleMean) ** 2, 0) / all.length,
      );
      // Five standard errors; the draws are always the same.
      assert.ok(
        Math.abs(sampleMean - mean) <= (5 * deviation) / Math.sqrt(all.length) + 1e-9,
        `${sampleMean}`,
      );
      assert.ok(Math.abs(sampleDeviation - deviation) <= 0.05 * deviation + 1e-9, `${sampleDeviation}`);
    });
  }

  it('keeps to its bounds', () => {
    for (const kind of ['exponential', 'normal'] as const) {
      const all = draws({ kind, meanMs: 10, deviationMs: 20, maxMs: 15 } as const);
      assert.equal(Math.max(...all), 15);
      assert.ok(Math.min(...all) >= 0);
    }
  });
});
