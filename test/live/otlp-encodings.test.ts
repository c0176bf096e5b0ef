import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Frame, Metric } from '#zipfire/live/export/metric.js';
import { otlpJsonEncoding } from '#zipfire/live/export/otlp-json.js';
import { otlpProtobufEncoding } from '#zipfire/live/export/otlp-protobuf.js';
import { decodeOtlp, otlpAnswer } from './decode.js';

const run = { id: 'a-b', name: 'hot', version: '1.2.3', tags: { env: 'ci', 'service.name': 'other' } };
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const labels = fc.array(fc.tuple(text, text), { maxLength: 3 });
const count = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const value = fc.double({ noNaN: true, noDefaultInfinity: true }).map((each) => each + 0);
const common = { name: text, unit: text, help: text };

const bounds = [0.001, 0.25, 10];
const metric: fc.Arbitrary<Metric> = fc.oneof(
  fc.record({
    ...common,
    kind: fc.constant('gauge' as const),
    points: fc.array(fc.record({ labels, value: fc.option(value) }), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    ...common,
    kind: fc.constant('counter' as const),
    points: fc.array(fc.record({ labels, value: count }), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    ...common,
    kind: fc.constant('histogram' as const),
    bounds: fc.constant(bounds),
    points: fc.array(
      fc.record({
        labels,
        counts: fc.array(fc.nat(), { minLength: bounds.length + 1, maxLength: bounds.length + 1 }),
        sum: value,
      }),
      { minLength: 1, maxLength: 3 },
    ),
  }),
);

/** Without lists that are empty, which protobuf does not tell from absent ones. */
function dense(document: unknown): unknown {
  return JSON.parse(JSON.stringify(document), (_, each) =>
    Array.isArray(each) && each.length === 0 ? undefined : each,
  );
}

describe('OTLP in protobuf', () => {
  it('says what it says in JSON, to a reader that is not ours', () => {
    fc.assert(
      fc.property(fc.array(metric, { minLength: 1, maxLength: 4 }), (metrics) => {
        const frame: Frame = { startMs: 1.7e12 + 0.4, sinceMs: 1.7e12, timeMs: 1.7e12 + 1234, metrics };
        const binary = decodeOtlp(Buffer.from(otlpProtobufEncoding(run).encode(frame)));
        const json = JSON.parse(Buffer.from(otlpJsonEncoding(run).encode(frame)).toString());
        assert.deepEqual(dense(binary), dense(json));
      }),
      { numRuns: 200 },
    );
  });

  it('reads how many points were refused, and nothing of what is no answer', () => {
    const { rejected } = otlpProtobufEncoding(run);
    assert.equal(rejected(otlpAnswer(7)), 7);
    assert.equal(rejected(otlpAnswer(-7)), 0);
    assert.equal(rejected(Buffer.alloc(0)), 0);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const count = rejected(Buffer.from(bytes));
        assert.ok(Number.isSafeInteger(count) && count >= 0);
      }),
    );
  });
});
