import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseExposition } from '../../../observe/exposition.js';
import type { Scrape, SeriesValue } from './facts.js';
import { deltaOf, histogramDelta, quantileBounds, windowOf } from './series.js';

test('labels, escapes, time stamps, exemplars and the end of OpenMetrics are read', () => {
  const { samples, badLines } = parseExposition(
    [
      '# TYPE a counter',
      'a_total{x="1,}",y="q\\"\\n"} 3 1700000000',
      'a_bucket{le="+Inf"} 5 # {trace_id="7"} 0.2',
      'b +Inf',
      'c NaN',
      'not a sample{',
      '# EOF',
      'after 1',
    ].join('\n'),
  );
  assert.deepEqual(samples, [
    { name: 'a_total', labels: { x: '1,}', y: 'q"\n' }, value: 3 },
    { name: 'a_bucket', labels: { le: '+Inf' }, value: 5 },
    { name: 'b', labels: {}, value: Number.POSITIVE_INFINITY },
    { name: 'c', labels: {}, value: Number.NaN },
  ]);
  assert.equal(badLines, 1);
});

test('a page with more samples than are kept says so', () => {
  const { samples, truncated } = parseExposition('a 1\na 2\na 3\n', { mostSamples: 2 });
  assert.deepEqual([samples.length, truncated], [2, true]);
});

test('no text makes the parser throw', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      parseExposition(`${a}\n{${b}\na{${b}"} 1\n`);
    }),
  );
});

const scrape = (atMs: number, values: Readonly<Record<string, readonly SeriesValue[]>>): Scrape => ({
  atMs,
  phase: atMs === 0 ? 'before' : 'after',
  series: values,
});
const one = (value: number): SeriesValue[] => [{ labels: {}, value }];
const pages = (first: Scrape['series'], last: Scrape['series']) => {
  const scrapes = [scrape(0, first), scrape(10_000, last)];
  return windowOf({ url: 'x', scrapes, truncated: false });
};

test('a counter that was reset has no delta, and a restart voids them all', () => {
  const window = pages({ c: one(5), up: one(1) }, { c: one(3), up: one(4) });
  assert.ok(!('why' in window));
  assert.deepEqual([deltaOf(window, 'c'), deltaOf(window, 'up'), deltaOf(window, 'none')], [null, 3, null]);
  const started = (value: number) => ({ process_start_time_seconds: one(value) });
  assert.match(JSON.stringify(pages(started(1), started(2))), /restarted/);
});

test('a histogram between two pages gives the bucket of a quantile', () => {
  const buckets = (counts: readonly number[]) => ({
    h_bucket: ['0.001', '0.01', '+Inf'].map((le, i) => ({ labels: { le }, value: counts[i] ?? 0 })),
  });
  const window = pages(buckets([10, 10, 10]), buckets([50, 109, 110]));
  assert.ok(!('why' in window));
  const histogram = histogramDelta(window, 'h');
  assert.ok(histogram !== null);
  assert.equal(histogram.count, 100);
  assert.deepEqual(quantileBounds(histogram, 0.99), { low: 0.001, high: 0.01 });
  assert.deepEqual(quantileBounds(histogram, 1), { low: 0.01, high: Number.POSITIVE_INFINITY });
});
