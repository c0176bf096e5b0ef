import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LatencyDistribution } from '../../record/distribution.js';
import { IntervalHistogram } from '../../record/histogram.js';
import { planFor, secondOf } from '../live.test.kit.js';
import { LiveTally } from '../tally.js';
import { quantilesSec } from './buckets.js';
import { Frames } from './frames.js';
import type { Frame, Metric } from './metric.js';

function framesOf(operations: readonly string[] = ['read'], load?: string) {
  const plan = planFor({ operations, ...(load === undefined ? {} : { load }) });
  const tally = new LiveTally(plan.operations.length);
  const frames: Frame[] = [];
  let nowMs = 1_000_000;
  new Frames(
    plan,
    tally,
    (frame) => frames.push(frame),
    () => nowMs,
  );
  return { tally, frames, at: (ms: number) => (nowMs = ms) };
}

function metric(frame: Frame | undefined, name: string): Metric {
  return frame?.metrics.find((each) => each.name === name) ?? assert.fail(`no ${name}`);
}

function numbers(frame: Frame | undefined, name: string): (number | null)[] {
  const found = metric(frame, name);
  return found.kind === 'histogram' ? [] : found.points.map(({ value }) => value);
}

describe('frames of a run', () => {
  it('lie a second apart, however late they are heard, and never in the future', () => {
    const { tally, frames, at } = framesOf();
    tally.second(secondOf(0, []));
    at(1_000_400);
    tally.second(secondOf(1, []));
    // Held back to the end of the window, and heard together.
    at(1_009_000);
    tally.second(secondOf(2, []));
    tally.second({ ...secondOf(3, []), lengthSec: 0.5 });
    tally.second({ ...secondOf(4, [[1e6, 3]]), lengthSec: 0, point: null });
    tally.repeatEnds(3.5);
    assert.deepEqual(
      frames.map(({ timeMs }) => timeMs),
      [1_000_000, 1_000_400, 1_001_400, 1_001_900, 1_009_000],
    );
    assert.equal(numbers(frames.at(-1), 'zipfire.requests')[0], 3, 'what the drain brought is counted');
    assert.deepEqual(
      frames.map(({ startMs, sinceMs }) => [startMs, sinceMs]),
      [999_000, 1_000_000, 1_000_400, 1_001_400, 1_001_900].map((sinceMs) => [999_000, sinceMs]),
    );
  });

  it('never go back, not where a clock does', () => {
    const { tally, frames, at } = framesOf();
    tally.second(secondOf(0, []));
    at(500_000);
    tally.repeatEnds(1);
    tally.second({ ...secondOf(0, []), repeat: 2 });
    const times = frames.map(({ timeMs }) => timeMs);
    assert.ok(
      times.every((time, i) => i === 0 || time > (times[i - 1] ?? 0)),
      String(times),
    );
  });

  it('count on, and have the gauges of one second, which end with the window', () => {
    const { tally, frames } = framesOf(['read', 'write']);
    tally.second(secondOf(0, [[2e6, 10]], { more: [[[4e9, 1]]], errors: 2 }));
    tally.second(secondOf(1, [[2e6, 5]], { more: [[]] }));
    const [first, second] = frames;
    assert.deepEqual(numbers(first, 'zipfire.rate'), [12, 1]);
    assert.deepEqual(numbers(second, 'zipfire.rate'), [5, 0]);
    const requests = metric(second, 'zipfire.requests');
    assert.ok(requests.kind === 'counter');
    const known = requests.points.filter(({ value }) => value !== 0);
    assert.deepEqual(known, [
      {
        labels: [
          ['operation', 'read'],
          ['outcome', 'ok'],
        ],
        value: 15,
      },
      {
        labels: [
          ['operation', 'read'],
          ['outcome', 'status'],
        ],
        value: 2,
      },
      {
        labels: [
          ['operation', 'write'],
          ['outcome', 'ok'],
        ],
        value: 1,
      },
    ]);
    const histogram = metric(second, 'zipfire.response.time');
    assert.ok(histogram.kind === 'histogram');
    const [read, write] = histogram.points;
    assert.equal(read?.counts[histogram.bounds.indexOf(0.0025)], 15);
    assert.ok(Math.abs((read?.sum ?? 0) - 0.03) < 1e-4);
    assert.equal(write?.counts[histogram.bounds.indexOf(5)], 1);
    tally.repeatEnds(2);
    assert.deepEqual(numbers(frames.at(-1), 'zipfire.rate'), [null, null]);
    assert.deepEqual(numbers(frames.at(-1), 'zipfire.requests'), numbers(second, 'zipfire.requests'));
  });

  it('end the quantiles of a second without a response: a receiver would go on with the last ones', () => {
    const { tally, frames } = framesOf(['read', 'write']);
    tally.second(secondOf(0, [[2e6, 10]], { more: [[[4e9, 1]]] }));
    tally.second(secondOf(1, [[2e6, 5]], { more: [[]] }));
    tally.second(secondOf(2, [[2e6, 5]], { more: [[]] }));
    const ended = frames.map((frame) =>
      numbers(frame, 'zipfire.response.time.quantile').filter((value) => value === null),
    );
    assert.deepEqual(
      ended.map(({ length }) => length),
      [0, 5, 0],
      'said once',
    );
  });

  it('have the rate that was asked for, also where it changes', () => {
    const targets = (load: string) => {
      const { tally, frames } = framesOf(['read'], load);
      for (let second = 0; second < 3; second++) tally.second(secondOf(second, []));
      tally.repeatEnds(10);
      tally.second({ ...secondOf(0, []), repeat: 2 });
      return frames.map((frame) => numbers(frame, 'zipfire.target.rate'));
    };
    assert.deepEqual(targets('{ connections: 4, rate: 300/s }'), [[300], [300], [300], [null], [300]]);
    // From nothing to 100/s in ten seconds, and again in the second repeat.
    const ramp = '{ connections: 4, stages: [{ from: 0/s, to: 100/s, for: 10s }] }';
    assert.deepEqual(targets(ramp), [[5], [15], [25], [null], [5]]);
  });

  it('have the quantiles that the recorder has', () => {
    const ns = fc.array(fc.integer({ min: 1, max: 5e9 }), { maxLength: 200 });
    fc.assert(
      fc.property(ns, ns, (some, others) => {
        const parts = [some, others].map((values) => {
          const histogram = new IntervalHistogram();
          for (const value of values) histogram.record(value);
          return histogram.take();
        });
        const whole = new LatencyDistribution();
        for (const part of parts) whole.add(part);
        const quantiles = [0.5, 0.9, 0.99, 1];
        const expected = whole.quantilesNs(quantiles).map((value) => (value === null ? null : value / 1e9));
        assert.deepEqual(quantilesSec(parts, quantiles), expected);
      }),
    );
  });
});
