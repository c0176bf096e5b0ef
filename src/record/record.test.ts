import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import * as hdr from 'hdr-histogram-js';
import { OutcomeKind, type Snapshot } from '../core/index.js';
import { LatencyDistribution } from './distribution.js';
import { encodeDistribution } from './encode.js';
import { IntervalHistogram } from './histogram.js';
import { BUCKETS, bucketOf, HIGHEST_NS, highestOf, lowestOf } from './layout.js';
import { Recorder } from './recorder.js';
import { Tally } from './tally.js';
import { Timeline } from './timeline.js';

const latency = fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: HIGHEST_NS }));

function distributionOf(values: readonly number[]): LatencyDistribution {
  const histogram = new IntervalHistogram();
  for (const value of values) histogram.record(value);
  const distribution = new LatencyDistribution();
  distribution.add(histogram.take());
  return distribution;
}

describe('bucket layout', () => {
  it('puts every value in a bucket whose bounds hold it and are within 0.1 % of it', () => {
    fc.assert(
      fc.property(latency, (value) => {
        const bucket = bucketOf(value);
        assert.ok(lowestOf(bucket) <= value && value <= highestOf(bucket));
        assert.ok(highestOf(bucket) - lowestOf(bucket) <= value / 1000);
        assert.ok(bucket < BUCKETS);
      }),
    );
  });

  it('has no gap and no overlap between buckets', () => {
    for (let bucket = 1; bucket < BUCKETS; bucket++) {
      assert.equal(lowestOf(bucket), highestOf(bucket - 1) + 1);
      assert.equal(bucketOf(lowestOf(bucket)), bucket);
    }
  });
});

describe('interval histogram', () => {
  it('keeps values that are out of range at the nearest bound', () => {
    const distribution = distributionOf([-5, HIGHEST_NS * 2, Number.NaN]);
    assert.deepEqual(
      [...distribution.buckets()],
      [
        [0, 1],
        [BUCKETS - 1, 2],
      ],
    );
  });

  it('is empty after it was taken', () => {
    const histogram = new IntervalHistogram();
    histogram.record(5);
    assert.equal(histogram.take().counts.length, 1);
    assert.equal(histogram.take().counts.length, 0);
  });
});

describe('distribution', () => {
  it('agrees with an HDR library on every percentile', () => {
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1, maxLength: 400 }), (values) => {
        const reference = hdr.build({
          lowestDiscernibleValue: 1,
          highestTrackableValue: HIGHEST_NS,
          numberOfSignificantValueDigits: 3,
          bitBucketSize: 64,
          useWebAssembly: false,
        });
        for (const value of values) reference.recordValue(value);
        const quantiles = [0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1];
        const actual = distributionOf(values).quantilesNs(quantiles);
        const sorted = values.toSorted((a, b) => a - b);
        quantiles.forEach((quantile, i) => {
          const exact = sorted[Math.max(0, Math.ceil(quantile * values.length - 1e-9) - 1)] ?? Number.NaN;
          const value = actual[i] ?? Number.NaN;
          assert.ok(Math.abs(value - exact) <= exact / 1000, `p${quantile * 100}: ${value}, exact ${exact}`);
        });
        assert.equal(distributionOf(values).total, reference.totalCount);
      }),
    );
  });

  it('merges to what one histogram of all values would be', () => {
    fc.assert(
      fc.property(fc.array(fc.array(latency), { maxLength: 5 }), (parts) => {
        const merged = new LatencyDistribution();
        for (const part of parts) merged.merge(distributionOf(part));
        assert.deepEqual(merged.summary(), distributionOf(parts.flat()).summary());
      }),
    );
  });

  it('says nothing of an empty one', () => {
    const { count, p99, max } = new LatencyDistribution().summary();
    assert.deepEqual({ count, p99, max }, { count: 0, p99: null, max: null });
  });

  it('is read back by an HDR library with the same counts', async () => {
    const values = Array.from({ length: 5000 }, (_, i) => i * i * 17);
    const distribution = distributionOf(values);
    const decoded = hdr.decodeFromCompressedBase64(await encodeDistribution(distribution));
    assert.equal(decoded.totalCount, values.length);
    for (const percentile of [50, 90, 99, 99.9]) {
      const [ours] = distribution.quantilesNs([percentile / 100]);
      const theirs = decoded.getValueAtPercentile(percentile);
      assert.ok(Math.abs((ours ?? 0) - theirs) <= theirs / 1000, `p${percentile}`);
    }
  });
});

describe('recorder', () => {
  function record(events: (recorder: Recorder) => void, endNs = 10e9): Snapshot[] {
    const snapshots: Snapshot[] = [];
    const recorder = new Recorder({
      worker: 0,
      operations: 1,
      openLoop: true,
      startNs: 0,
      endNs,
      inFlight: () => 3,
      onSnapshot: (snapshot) => snapshots.push(snapshot),
    });
    events(recorder);
    return snapshots;
  }

  it('notes how far it has come, over the seconds', () => {
    const snapshots = record((recorder) => {
      recorder.note(0.1e9);
      recorder.outcome(0, OutcomeKind.ok, 200, 100, 5000, 4000, 0.15e9);
      recorder.note(0.2e9);
      recorder.outcome(0, OutcomeKind.ok, 200, 100, 5000, 4000, 0.9e9);
      recorder.note(1.3e9);
      recorder.outcome(0, OutcomeKind.timeout, 0, 0, 5000, 4000, 1.4e9);
      recorder.outcome(0, OutcomeKind.status, 503, 100, 5000, 4000, 1.5e9);
      recorder.note(1.6e9);
      recorder.finish(1.7e9);
    });
    assert.deepEqual(
      snapshots.map(({ progress }) => progress),
      [
        { startNs: 0, atNs: [0.1e9, 0.2e9], completed: [0, 1] },
        { startNs: 0, atNs: [1.3e9, 1.6e9], completed: [2, 3] },
      ],
    );
  });

  it('puts each event in the second of its own time stamp', () => {
    const snapshots = record((recorder) => {
      recorder.sent(0, 10, 0.5e9, 7);
      recorder.outcome(0, OutcomeKind.ok, 200, 100, 5000, 4000, 2.5e9);
      recorder.finish(2.6e9);
    });
    assert.deepEqual(
      snapshots.map(({ second, operations: [operation] }) => [
        second,
        operation?.sent,
        operation?.outcomes[0],
      ]),
      [
        [0, 1, 0],
        [1, 0, 0],
        [2, 0, 1],
      ],
    );
  });

  it('counts completions in the window only, also those of the warm-up', () => {
    const [snapshot] = record((recorder) => {
      recorder.earlierCompletion(0, -1);
      recorder.earlierCompletion(0, 0);
      recorder.outcome(0, OutcomeKind.status, 500, 1, 1, 1, 0.5e9 - 1);
      recorder.outcome(0, OutcomeKind.ok, 200, 1, 1, 1, 0.5e9);
      recorder.finish(0.9e9);
    }, 0.5e9);
    assert.equal(snapshot?.operations[0]?.completedInWindow, 2);
  });

  it('counts messages of the window by their own time, and the bytes of its calls whenever they are sent', () => {
    const tally = new Tally();
    const snapshots = record((recorder) => {
      for (const atNs of [-1, 0, 1.2e9, 1.5e9 - 1, 1.5e9, 2.2e9]) {
        recorder.messagesSent(0, 2, 10, atNs);
        recorder.messagesReceived(0, 3, 1000, atNs);
      }
      recorder.finish(2.5e9);
    }, 1.5e9);
    for (const { operations } of snapshots) for (const operation of operations) tally.add(operation);
    const { messages, bytesOut } = tally.summary({ durationSec: 1.5, planned: 0, targetRate: null });
    assert.deepEqual([messages?.sent, messages?.received, messages?.latencyUs.count], [6, 9, 9]);
    assert.equal((messages?.sentPerSec ?? 0) * 1.5, 6);
    assert.equal(bytesOut, 60);
    assert.deepEqual(
      snapshots.map(({ operations: [operation] }) => operation?.messages?.received ?? 0),
      [3, 6, 0],
    );
  });

  it('never blends failures into the latency of successes', () => {
    const tally = new Tally();
    for (const { operations } of record((recorder) => {
      for (let i = 0; i < 4; i++) recorder.sent(0, 1, 0, 0);
      recorder.outcome(0, OutcomeKind.ok, 200, 1, 1000, 1000, 1);
      recorder.outcome(0, OutcomeKind.status, 503, 1, 9000, 9000, 2);
      recorder.outcome(0, OutcomeKind.timeout, 0, 0, 8000, 8000, 3);
      recorder.outcome(0, OutcomeKind.connect, 0, 0, 7000, 7000, 4);
      recorder.finish(5);
    })) {
      for (const operation of operations) tally.add(operation);
    }
    const summary = tally.summary({ durationSec: 1, planned: 4, targetRate: null });
    assert.equal(summary.latencyUs.response.count, 1);
    assert.equal(summary.latencyUs.response.max, 1);
    assert.equal(summary.latencyUs.failed.count, 3);
    assert.deepEqual([summary.ok, summary.errors, summary.completed], [1, 3, 2]);
    assert.deepEqual(tally.errorKinds(), {
      connect: 1,
      read: 0,
      write: 0,
      timeout: 1,
      protocol: 0,
      status: 1,
    });
    assert.deepEqual(Object.fromEntries(tally.statuses), { 200: 1, 503: 1 });
  });
});

describe('timeline', () => {
  const snapshot = (worker: number, second: number, completed: number): Snapshot => ({
    worker,
    second,
    inFlight: 1,
    progress: { startNs: 0, atNs: [], completed: [] },
    operations: [
      {
        sent: completed,
        dropped: 0,
        completedInWindow: completed,
        bytesIn: 0,
        bytesOut: 0,
        outcomes: Float64Array.of(completed, 0, 0, 0, 0, 0, 0),
        statuses: [],
        response: { indices: Uint32Array.of(100), counts: Uint32Array.of(completed), minNs: 100, maxNs: 100 },
        service: null,
        lateness: null,
        failed: { indices: new Uint32Array(0), counts: new Uint32Array(0), minNs: 0, maxNs: 0 },
        messages: null,
      },
    ],
  });

  it('gives a point once every worker has reported the second', () => {
    const timeline = new Timeline(2);
    assert.equal(timeline.add(snapshot(0, 0, 10)), null);
    const point = timeline.add(snapshot(1, 0, 20));
    assert.equal(point?.completed, 30);
    assert.equal(point?.inFlight, 2);
    assert.equal(point?.p99Us, 0.1);
  });

  it('does not wait for a worker that has ended', () => {
    const timeline = new Timeline(3);
    for (const worker of [0, 1]) for (const second of [0, 1]) timeline.add(snapshot(worker, second, 10));
    timeline.add(snapshot(2, 0, 1));
    assert.equal(timeline.end(0), null);
    // The third has still to report what the two others had.
    assert.equal(timeline.add(snapshot(2, 1, 5))?.completed, 25);
    assert.equal(timeline.add(snapshot(2, 2, 7)), null);
    assert.deepEqual([timeline.end(1)?.t, timeline.add(snapshot(2, 3, 8))?.completed], [2, 8]);
    assert.deepEqual(
      timeline.finish(4).map(({ completed }) => completed),
      [21, 25, 7, 8],
    );
  });

  it('leaves out the drain and takes a cut second at its own length', () => {
    const timeline = new Timeline(1);
    for (const second of [0, 1, 2]) timeline.add(snapshot(0, second, 10));
    const points = timeline.finish(1.5);
    assert.deepEqual(
      points.map(({ t, qps }) => [t, qps]),
      [
        [0, 10],
        [1, 20],
      ],
    );
  });
});
