import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ZipfireError } from '../core/index.js';
import { type Latency, latencySampler, MAX_LATENCY_MS, parseLatency, sampleLatencyMs } from './latency.js';

const DRAWS = 100_000;

test('the grammar', () => {
  const table: [string, Latency][] = [
    ['none', { kind: 'none' }],
    ['0', { kind: 'none' }],
    ['10ms', { kind: 'fixed', ms: 10 }],
    ['fixed:250us', { kind: 'fixed', ms: 0.25 }],
    ['uniform:5ms,15ms', { kind: 'uniform', lowMs: 5, highMs: 15 }],
    ['exp:1s', { kind: 'exp', meanMs: 1000 }],
    ['normal:10ms,2ms', { kind: 'normal', meanMs: 10, stdevMs: 2 }],
    ['lognormal:10ms,0.5', { kind: 'lognormal', medianMs: 10, sigma: 0.5 }],
  ];
  for (const [text, expected] of table) assert.deepEqual(parseLatency(text), expected, text);
});

test('what is not a latency is refused with the grammar', () => {
  const wrong = [
    '',
    '10',
    '-1ms',
    '61s',
    'exp:',
    'exp:1ms,2ms',
    'uniform:5ms',
    'uniform:15ms,5ms',
    'normal:10ms',
    'normal:1ms,2ms,3ms',
    'lognormal:10ms,0.5ms',
    'lognormal:10ms,-1',
    'pareto:10ms,1',
    'constructor:1ms',
  ];
  for (const text of wrong) {
    assert.throws(
      () => parseLatency(text),
      (error) =>
        error instanceof ZipfireError &&
        error.code === 'usage' &&
        error.message.includes('--latency') &&
        /lognormal:10ms,0\.5/.test(error.hint ?? ''),
      text,
    );
  }
});

/** Quantiles from the definitions of the distributions, not from the code under test. */
test('samples have the mean and the quantiles of their distribution', () => {
  const lognormalMean = 10 * Math.exp(0.5 ** 2 / 2);
  const table: [text: string, meanMs: number, p50Ms: number, p95Ms: number][] = [
    ['10ms', 10, 10, 10],
    ['uniform:5ms,15ms', 10, 10, 14.5],
    ['exp:10ms', 10, 10 * Math.LN2, 10 * Math.log(20)],
    ['normal:10ms,2ms', 10, 10, 10 + 1.6449 * 2],
    ['lognormal:10ms,0.5', lognormalMean, 10, 10 * Math.exp(1.6449 * 0.5)],
  ];
  for (const [text, meanMs, p50Ms, p95Ms] of table) {
    const sampleNs = latencySampler(parseLatency(text), 7);
    const sorted = Float64Array.from({ length: DRAWS }, (_, n) => sampleNs(n) / 1e6).sort();
    const mean = sorted.reduce((sum, ms) => sum + ms, 0) / DRAWS;
    // The relative standard error of a mean of 1e5 is at most 0.32 % here, and of a p95 0.5 %.
    close(mean, meanMs, 0.02, `mean of ${text}`);
    close(sorted[DRAWS * 0.5] ?? 0, p50Ms, 0.02, `p50 of ${text}`);
    close(sorted[DRAWS * 0.95] ?? 0, p95Ms, 0.025, `p95 of ${text}`);
  }
});

test('a normal below zero is zero', () => {
  const sampleNs = latencySampler({ kind: 'normal', meanMs: 0, stdevMs: 1 }, 1);
  const zeros = Array.from({ length: 10_000 }, (_, n) => sampleNs(n)).filter((ns) => ns === 0).length;
  assert.ok(zeros > 4_700 && zeros < 5_300, `${zeros} of 10,000`);
});

test('every sample lies in [0, a minute], at the edges of the draws too', () => {
  const ms = fc.double({ min: 0, max: MAX_LATENCY_MS, noNaN: true });
  const latency: fc.Arbitrary<Latency> = fc.oneof(
    ms.map((value): Latency => ({ kind: 'fixed', ms: value })),
    fc.tuple(ms, ms).map(([a, b]): Latency => {
      return { kind: 'uniform', lowMs: Math.min(a, b), highMs: Math.max(a, b) };
    }),
    ms.map((meanMs): Latency => ({ kind: 'exp', meanMs })),
    fc.tuple(ms, ms).map(([meanMs, stdevMs]): Latency => ({ kind: 'normal', meanMs, stdevMs })),
    fc
      .tuple(ms, fc.double({ min: 0, max: 10, noNaN: true }))
      .map(([medianMs, sigma]): Latency => ({ kind: 'lognormal', medianMs, sigma })),
  );
  const unit = fc.oneof(
    fc.constantFrom(0, 1 - 2 ** -53),
    fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  );
  fc.assert(
    fc.property(latency, unit, unit, (which, u, v) => {
      const sample = sampleLatencyMs(which, u, v);
      assert.ok(sample >= 0 && sample <= MAX_LATENCY_MS, `${sample}`);
    }),
  );
});

test('a latency is a function of seed and request', () => {
  const exp: Latency = { kind: 'exp', meanMs: 10 };
  const first = latencySampler(exp, 1);
  const again = latencySampler(exp, 1);
  const other = latencySampler(exp, 2);
  assert.equal(first(41), again(41));
  assert.notEqual(first(41), first(42));
  assert.notEqual(first(41), other(41));
});

function close(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(actual / expected - 1) <= tolerance, `${what} is ${actual}, not ${expected}`);
}
