import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import * as hdr from 'hdr-histogram-js';
import { LatencyDistribution } from './distribution.js';
import { encodeIntervals } from './encode.js';
import { IntervalHistogram } from './histogram.js';
import { CoarseIntervals } from './intervals.js';

function distributionOf(values: readonly number[]): LatencyDistribution {
  const interval = new IntervalHistogram();
  for (const ns of values) interval.record(ns);
  const distribution = new LatencyDistribution();
  distribution.add(interval.take());
  return distribution;
}

describe('coarse intervals', () => {
  it('lose no response, whatever the seconds, and keep each within a hundredth', async () => {
    const second = fc.record({
      second: fc.nat(3000),
      values: fc.array(fc.integer({ min: 2048, max: 3_600_000_000_000 }), { maxLength: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(second, { selector: (each) => each.second, maxLength: 40 }),
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 1, max: 20 }),
        async (seconds, durationSec, most) => {
          const intervals = new CoarseIntervals();
          for (const { second: t, values } of seconds) intervals.add(t, distributionOf(values).buckets());
          const found = intervals.finish(durationSec, most);
          assert.ok(found.length <= most);
          const sent = seconds.flatMap(({ values }) => values).sort((a, b) => a - b);
          const kept = found
            .flatMap(({ counts }) => counts.flatMap(([ns, count]) => new Array<number>(count).fill(ns)))
            .sort((a, b) => a - b);
          assert.equal(kept.length, sent.length);
          kept.forEach((ns, i) => {
            assert.ok(Math.abs(ns - (sent[i] ?? 0)) <= 0.01 * ns);
          });
          for (const { t, lengthSec } of found) assert.ok(t >= 0 && t + lengthSec <= durationSec);
          const decoded = (await encodeIntervals(found)).map(({ response }) =>
            hdr.decodeFromCompressedBase64(response),
          );
          assert.equal(
            decoded.reduce((sum, { totalCount }) => sum + totalCount, 0),
            sent.length,
          );
        },
      ),
      { numRuns: 30 },
    );
  });

  it('are bounded, however long the run is', () => {
    const intervals = new CoarseIntervals();
    for (let t = 0; t < 10_000; t++) intervals.add(t, distributionOf([1e6]).buckets());
    const found = intervals.finish(10_000, 600);
    assert.equal(found.length, 313);
    assert.equal(found[1]?.t, 32);
    assert.equal(found[1]?.lengthSec, 32);
    assert.deepEqual(
      found[1]?.counts.map(([, count]) => count),
      [32],
    );
    assert.equal(found.at(-1)?.lengthSec, 16);
  });
});
