import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ZipfireError } from '../core/index.js';
import { readBaseline } from './baseline.js';
import { judge } from './judge.js';
import { parseGate } from './parse.js';
import { type Parts, result, summary } from './result.test.kit.js';

const context = { operations: ['read'] };
const operations = [{ name: 'read', ...summary({ errors: 10 }) }];
const written = (changes: object = {}) => JSON.stringify({ ...result({ operations }), ...changes });
const judged = (source: string, now: Parts = {}, text = written()) => {
  const { verdict, actual, limit } = judge(
    parseGate(source, context),
    result(now),
    readBaseline(text, 'base.json'),
  );
  return [verdict, actual, limit];
};

describe('gates against a baseline', () => {
  it('take their limit from it', () => {
    assert.deepEqual(judged('p99 <= 1.15 x baseline'), ['pass', 900, 900 * 1.15]);
    assert.deepEqual(judged('p99 < baseline'), ['fail', 900, 900]);
    assert.deepEqual(judged('p99 <= 100% of baseline'), ['pass', 900, 900]);
    assert.deepEqual(judged('qps >= 0.95x baseline'), ['pass', 100, 95]);
    assert.deepEqual(judged('service.p99 < 0.5 x baseline'), ['fail', 800, 400]);
    assert.deepEqual(judged('errors <= 2 x baseline'), ['pass', 0, 0]);
    assert.deepEqual(judged('read.errors <= baseline', { operations }), ['pass', 0.01, 0.01]);
  });

  const none: [string, string][] = [
    ['is not valid', written({ validity: { valid: false, reasons: [] } })],
    ['was interrupted', written({ verdict: 'interrupted' })],
    ['was aborted', written({ gates: [{ source: 'x', abortedAtSec: 3 }] })],
  ];
  for (const [what, text] of none) {
    it(`have no data where it ${what}`, () =>
      assert.equal(judged('p99 < 9 x baseline', {}, text)[0], 'no-data'));
  }
  it('have no data for what it has none of', () => {
    assert.equal(judged('read.p99 < baseline', { operations }, written({ operations: [] }))[0], 'no-data');
    assert.equal(judged('failed.p99 < baseline')[0], 'no-data');
    assert.equal(judge(parseGate('p99 < baseline', context), result()).verdict, 'no-data');
  });

  it('say why they have no data', () => {
    const why = (text: string) =>
      judge(parseGate('p99 < baseline', context), result(), readBaseline(text, 'base.json')).why;
    const { response, ...others } = summary().latencyUs;
    const without = summary({ latencyUs: { ...others, response: { ...response, p99: null } } });
    assert.equal(why(written({ summary: without })), 'the baseline has no such figure');
    assert.match(why(written({ validity: { valid: false, reasons: [] } })) ?? '', /does not hold/);
    assert.equal(why(written()), undefined);
  });

  const bad: [string, RegExp][] = [
    ['{', /^base\.json: not JSON/],
    ['[]', /^base\.json: expected names and values/],
    [written({ summary: { ...summary(), qps: 'x' } }), /^base\.json: summary\.qps: expected a number/],
    [written({ operations: {} }), /^base\.json: operations: expected a list/],
    [written({ statuses: { 200: -1 } }), /^base\.json: statuses: expected a number/],
    [written({ timeline: [{}] }), /^base\.json: timeline\[0\]\.t: expected a number/],
  ];
  for (const [text, message] of bad) {
    it(`refuse ${String(message)}`, () => {
      assert.throws(
        () => readBaseline(text, 'base.json'),
        (error) => error instanceof ZipfireError && error.code === 'usage' && message.test(error.message),
      );
    });
  }
});
