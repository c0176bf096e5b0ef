import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { GateUnit } from '../core/index.js';
import { gateTexts } from './gate-value.js';

describe('a gate’s numbers', () => {
  it('have the unit that its text implies', () => {
    const rows: readonly (readonly [string, number | null, number | null, string, string])[] = [
      ['p99 < 250ms', 411_740, 250_000, '412 ms', '250 ms'],
      ['p99.9 < 1s', 902, 1_000_000, '902 µs', '1 s'],
      ['read.service.p99 <= 50ms', 6712, 50_000, '6.71 ms', '50 ms'],
      ['max < 1', 6712, 1_000_000, '6.71 ms', '1 s'],
      ['errors < 0.1%', 0.000_016, 0.001, '0.0016 %', '0.1 %'],
      ['errors < 10', 12, 10, '12', '10'],
      ['status(5xx) == 0', 3, 0, '3', '0'],
      ['read.qps >= 95% of rate', 19_998, 19_000, '19,998/s', '19,000/s'],
      ['qps >= 40k', 42_386, 40_000, '42,386/s', '40,000/s'],
      ['ok >= 500/s', 499.25, 500, '499/s', '500/s'],
      ['p99 < 380ms', null, 380_000, 'no data', '380 ms'],
      ['qps >= 95% of rate', 10, null, '10/s', ''],
    ];
    for (const [source, actual, limit, actualText, limitText] of rows) {
      const texts = gateTexts({ source, actual, limit, verdict: 'fail' });
      assert.deepEqual(texts, { actual: actualText, limit: limitText }, source);
    }
  });

  it('have the unit that comes with them', () => {
    const texts = (unit: GateUnit) =>
      gateTexts({ source: 'x < y', actual: 0.5, limit: 2, unit, verdict: 'pass' });
    assert.deepEqual(texts('ratio'), { actual: '0.5', limit: '2' });
    assert.deepEqual(texts('share'), { actual: '50 %', limit: '200 %' });
    assert.deepEqual(texts('us'), { actual: '500 ns', limit: '2 µs' });
    assert.deepEqual(texts('per-second'), { actual: '0.5/s', limit: '2/s' });
  });

  it('are never shown as equal when they are not', () => {
    const rows: readonly (readonly [string, number, number, string, string])[] = [
      ['p99 < 250ms', 250_040, 250_000, '250.04 ms', '250 ms'],
      ['errors < 0.1%', 0.001_000_4, 0.001, '0.10004 %', '0.1 %'],
      ['qps >= 19000', 18_999.6, 19_000, '18999.6/s', '19000/s'],
    ];
    for (const [source, actual, limit, actualText, limitText] of rows) {
      const texts = gateTexts({ source, actual, limit, verdict: 'fail' });
      assert.deepEqual(texts, { actual: actualText, limit: limitText }, source);
    }
  });
});
