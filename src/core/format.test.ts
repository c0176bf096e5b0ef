import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  formatBytes,
  formatCount,
  formatFactor,
  formatNs,
  formatPercent,
  formatRate,
  formatRateExact,
  formatSpan,
  formatUs,
} from './format.js';

function table(
  format: (value: number | null) => string,
  rows: readonly (readonly [number | null, string])[],
) {
  for (const [value, text] of rows) assert.equal(format(value), text, `of ${value}`);
}

describe('format', () => {
  it('gives latencies three significant digits in the unit that suits them', () => {
    table(formatNs, [
      [null, '–'],
      [Number.NaN, '–'],
      [0, '0 µs'],
      [17, '17.0 ns'],
      [999, '999 ns'],
      [999.6, '1.00 µs'],
      [902_000, '902 µs'],
      [999_400, '999 µs'],
      [999_600, '1.00 ms'],
      [6_710_000, '6.71 ms'],
      [31_250_000, '31.3 ms'],
      [412_000_000, '412 ms'],
      [1_018_000_000, '1.02 s'],
      [61_200_000_000, '61.2 s'],
      [1_234_000_000_000, '1,234 s'],
    ]);
    table(formatUs, [
      [null, '–'],
      [0.3, '300 ns'],
      [300, '300 µs'],
      [1_020_000, '1.02 s'],
    ]);
  });

  it('gives spans as a person says them', () => {
    table(formatSpan, [
      [null, '–'],
      [0, '0 s'],
      [0.5, '500 ms'],
      [5, '5 s'],
      [30, '30 s'],
      [12.34, '12.3 s'],
      [59.96, '1 min'],
      [90, '1 min 30 s'],
      [3600, '1 h'],
      [7505, '2 h 5 min'],
    ]);
  });

  it('gives counts and rates', () => {
    table(formatCount, [
      [null, '–'],
      [0, '0'],
      [999, '999'],
      [1000, '1,000'],
      [1_271_580, '1,271,580'],
      [2 ** 53, '9,007,199,254,740,992'],
    ]);
    table(formatRate, [
      [null, '–'],
      [0, '0/s'],
      [0.5, '0.500/s'],
      [950, '950/s'],
      [999.7, '1.00 k/s'],
      [42_386, '42.4 k/s'],
      [1_234_567, '1.23 M/s'],
    ]);
    table(formatRateExact, [
      [null, '–'],
      [0, '0'],
      [0.033, '0.033'],
      [0.5, '0.5'],
      [12.34, '12.3'],
      [12, '12'],
      [42_386.4, '42,386'],
    ]);
  });

  it('gives bytes in binary units', () => {
    table(formatBytes, [
      [null, '–'],
      [0, '0 B'],
      [1023, '1,023 B'],
      [1024, '1.00 KiB'],
      [1_048_575, '1.00 MiB'],
      [641_728_512, '612 MiB'],
      [2 ** 50, '1,024 TiB'],
    ]);
  });

  it('of a factor never call 0 what is not', () => {
    table(formatFactor, [
      [null, '–'],
      [0, '0.00'],
      [0.00421, '0.0042'],
      [0.0996, '0.1'],
      [0.5, '0.50'],
      [1.407, '1.41'],
    ]);
  });

  it('never rounds a share to none or to all', () => {
    table(formatPercent, [
      [null, '–'],
      [0, '0 %'],
      [1, '100 %'],
      [0.001, '0.1 %'],
      [0.000_016, '0.0016 %'],
      [1e-9, '<0.0001 %'],
      [0.41, '41 %'],
      [0.123_45, '12.3 %'],
      [0.9996, '99.96 %'],
      [0.999_984, '99.9984 %'],
      [0.999_999_9, '>99.9999 %'],
      [1.5, '150 %'],
    ]);
    fc.assert(
      fc.property(fc.double({ min: Number.MIN_VALUE, max: 1 - Number.EPSILON, noNaN: true }), (ratio) => {
        const text = formatPercent(ratio);
        assert.notEqual(text, '0 %');
        assert.notEqual(text, '100 %');
      }),
    );
  });

  it('is within half a percent of what it shows', () => {
    const scales: Readonly<Record<string, number>> = { ns: 1, µs: 1e3, ms: 1e6, s: 1e9 };
    fc.assert(
      fc.property(fc.double({ min: 1, max: 1e15, noNaN: true }), (ns) => {
        const [number = '', unit = ''] = formatNs(ns).split(' ');
        const shown = Number(number.replaceAll(',', '')) * (scales[unit] ?? Number.NaN);
        assert.ok(Math.abs(shown - ns) <= ns * 0.005_001, `${ns} is shown as ${number} ${unit}`);
      }),
    );
  });
});
