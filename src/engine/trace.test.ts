import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { SlowTraces, slowestOf } from './slow-traces.js';
import { Tracer } from './trace.js';

describe('a tracer', () => {
  it('traces its share of the hits, the same whoever asks', () => {
    const hits = 100_000;
    for (const share of [0.01, 0.3]) {
      const [one, other] = [new Tracer(share, 5), new Tracer(share, 5)];
      let count = 0;
      for (let hit = 0; hit < hits; hit++) {
        if (one.isTraced(hit)) count++;
        assert.equal(one.isTraced(hit), other.isTraced(hit));
      }
      const sigma = Math.sqrt(hits * share * (1 - share));
      assert.ok(Math.abs(count - hits * share) < 4 * sigma, `${count} of ${share}`);
    }
    assert.ok(new Tracer(1, 5).isTraced(3));
  });

  it('writes what W3C Trace Context asks for, another for each hit', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.uniqueArray(fc.maxSafeNat()), fc.nat(2 ** 31), (hits, seed) => {
        const tracer = new Tracer(1, seed);
        tracer.begin(Date.UTC(2026, 0, 1));
        for (const hit of hits) {
          const header = tracer.traceparent(hit);
          assert.match(header, /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-01$/);
          assert.equal(header.slice(3, 35), tracer.traceId(hit));
          seen.add(header);
        }
        assert.equal(new Set(hits.map((hit) => tracer.traceId(hit))).size, hits.length);
      }),
    );
  });

  it('has other ids at another time', () => {
    const tracer = new Tracer(1, 5);
    tracer.begin(1000);
    const first = tracer.traceId(7);
    tracer.begin(2000);
    assert.notEqual(tracer.traceId(7), first);
  });
});

describe('slow traces', () => {
  it('are the slowest of those that are traced', () => {
    const outcome = fc.record({
      hit: fc.nat(10_000),
      ns: fc.integer({ min: 0, max: 1e6 }),
      operation: fc.nat(3),
      status: fc.constantFrom(0, 200, 500),
    });
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 60 }), (outcomes) => {
        const tracer = new Tracer(0.5, 1);
        const traces = new SlowTraces(tracer, 1);
        for (const { hit, ns, operation, status } of outcomes) {
          traces.sent(0, hit);
          traces.outcome(0, operation, status, ns);
        }
        const traced = outcomes.filter(({ hit }) => tracer.isTraced(hit)).map(({ ns }) => ns / 1e3);
        assert.deepEqual(
          traces.slowest.map(({ us }) => us),
          traced.sort((a, b) => b - a).slice(0, 10),
        );
        for (const { us, traceId, operation, status } of traces.slowest) {
          const isOne = (each: (typeof outcomes)[number]) =>
            each.ns / 1e3 === us &&
            tracer.traceId(each.hit) === traceId &&
            each.operation === operation &&
            each.status === status;
          assert.ok(outcomes.some(isOne));
        }
      }),
    );
  });

  it('of several workers are the slowest of all', () => {
    const kept = (us: number) => ({ us, traceId: '', operation: 0, status: 200 });
    const merged = slowestOf([...[9, 5, 1].map(kept), ...[8, 7, 6, 4, 3, 2, 1, 0].map(kept)]);
    assert.deepEqual(
      merged.map(({ us }) => us),
      [9, 8, 7, 6, 5, 4, 3, 2, 1, 1],
    );
  });
});
