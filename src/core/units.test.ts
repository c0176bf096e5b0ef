import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ZipfireError } from './errors.js';
import {
  parseBytes,
  parseCount,
  parseDurationMs,
  parseDurationNs,
  parseNumber,
  parseRate,
  parseRatio,
  parseShare,
} from './units.js';

type Reader = (text: string) => number;

const tables: Record<string, { read: Reader; good: Record<string, number>; bad: string[] }> = {
  parseDurationNs: {
    read: parseDurationNs,
    good: {
      '5s': 5e9,
      '300ms': 3e8,
      '1m30s': 9e10,
      '1h': 3.6e12,
      '250us': 250_000,
      '250µs': 250_000,
      '250μs': 250_000,
      '10ns': 10,
      '1.5s': 1.5e9,
      '.5s': 5e8,
      '0.1ms': 100_000,
      '1.1s': 1.1e9,
      '1h2m3s4ms5us6ns': 3_723_004_005_006,
      '1e3ms': 1e9,
      '1_000ms': 1e9,
      ' 1 min 30 s ': 9e10,
      '0': 0,
      '0.0': 0,
      '0s': 0,
    },
    bad: [
      '',
      ' ',
      '5',
      '5 parsecs',
      '-5s',
      '5s-',
      '1s1m',
      '1s1s',
      '1m60',
      's',
      '1__0s',
      '5S',
      'Infinitys',
      '1e400s',
      '2502h',
    ],
  },
  parseDurationMs: {
    read: parseDurationMs,
    good: { '1s': 1000, '250us': 0.25, '10ns': 0.00001 },
    bad: ['5'],
  },
  parseRate: {
    read: parseRate,
    good: {
      '20k/s': 20_000,
      '100/s': 100,
      '1.5k/m': 25,
      '90/min': 1.5,
      '7200/h': 2,
      '250': 250,
      '1e3': 1000,
      '2.2k': 2200,
      '1M / s': 1e6,
    },
    bad: ['', '20k/', '20k/d', '/s', '-1/s', '1//s', '20 kk', '1e400', 'NaN'],
  },
  parseCount: {
    read: parseCount,
    good: {
      '64': 64,
      '1_000_000': 1e6,
      '1e6': 1e6,
      '1E+6': 1e6,
      '100k': 1e5,
      '100K': 1e5,
      '1M': 1e6,
      '1G': 1e9,
      '1.1k': 1100,
      '1.5M': 1.5e6,
      '0': 0,
      '9007199254740991': Number.MAX_SAFE_INTEGER,
    },
    bad: [
      '',
      '1.5',
      '-1',
      '1e-1',
      '9007199254740992',
      '1_',
      '_1',
      '1__0',
      '1,000',
      '0x10',
      'lots',
      '1m',
      '1k/s',
    ],
  },
  parseRatio: {
    read: parseRatio,
    good: { '0.1%': 0.001, '95 %': 0.95, '120%': 1.2, '0.001': 0.001, '1': 1, '0': 0 },
    bad: ['', '%', '-1%', '1%%', 'half'],
  },
  parseShare: { read: parseShare, good: { '100%': 1, '1e-3': 0.001 }, bad: ['101%', '2', ''] },
  parseBytes: {
    read: parseBytes,
    good: {
      '32': 32,
      '32B': 32,
      '4KiB': 4096,
      '1kB': 1000,
      '1KB': 1000,
      '1MB': 1e6,
      '1.5 MiB': 1_572_864,
      '1GiB': 2 ** 30,
    },
    bad: ['', '4k', '4kb', '0.5', '-1', '4 bits', '1PB', '99999TiB'],
  },
  parseNumber: {
    read: parseNumber,
    good: { '1': 1, '0.5': 0.5, '1_000': 1000, '2k': 2000 },
    bad: ['', '-1', '1e400', 'NaN'],
  },
};

for (const [name, { read, good, bad }] of Object.entries(tables)) {
  describe(name, () => {
    for (const [text, expected] of Object.entries(good)) {
      it(`reads "${text}" as ${expected}`, () => assert.equal(read(text), expected));
    }
    for (const text of bad) {
      it(`refuses "${text}"`, () => {
        assert.throws(
          () => read(text),
          (error) => error instanceof ZipfireError && error.code === 'usage',
        );
      });
    }
  });
}

describe('messages', () => {
  it('name what was expected with examples, and what was read', () => {
    assert.throws(() => parseDurationNs('5 parsecs'), {
      message: 'expected a duration such as 5s, 300ms or 1m30s, read "5 parsecs"',
    });
    assert.throws(() => parseCount('lots'), {
      message: 'expected a whole number such as 64, 1_000_000, 1e6 or 100k, read "lots"',
    });
  });

  it('show control characters instead of sending them to the terminal', () => {
    assert.throws(() => parseCount('\x1b[31m'), /read "\\e\[31m"/);
  });
});

describe('properties', () => {
  const readers = Object.values(tables).map(({ read }) => read);

  it('any text is a finite number ≥ 0 or a usage error', () => {
    const texts = fc.oneof(fc.string(), fc.stringMatching(/^[\d_.eE+\-kKMG%/smhunBi ]{0,12}$/));
    fc.assert(
      fc.property(texts, fc.constantFrom(...readers), (text, read) => {
        try {
          const value = read(text);
          assert.ok(Number.isFinite(value) && value >= 0, `${text} → ${value}`);
        } catch (error) {
          assert.ok(error instanceof ZipfireError, String(error));
        }
      }),
    );
  });

  it('a duration is the sum of its parts', () => {
    const below = (max: number) => fc.integer({ min: 0, max });
    fc.assert(
      fc.property(
        below(2000),
        below(59),
        below(59),
        below(999),
        below(999),
        below(999),
        (h, m, s, ms, us, ns) => {
          const expected = ((((h * 60 + m) * 60 + s) * 1000 + ms) * 1000 + us) * 1000 + ns;
          assert.equal(parseDurationNs(`${h}h${m}m${s}s${ms}ms${us}us${ns}ns`), expected);
        },
      ),
    );
  });

  it('a count reads back as written: plain, with underscores, with an exponent', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (count) => {
        assert.equal(parseCount(String(count)), count);
        assert.equal(parseCount(String(count).replace(/\B(?=(\d{3})+$)/g, '_')), count);
        assert.equal(parseCount(count.toExponential()), count);
      }),
    );
  });

  it('a percentage is its number over 100, rounded once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), (thousandths) => {
        assert.equal(parseShare(`${thousandths / 1000}%`), Number(`${thousandths}e-5`));
      }),
    );
  });

  it('takes linear time for long texts', () => {
    for (const text of ['1'.repeat(1e6), '1_'.repeat(5e5), '1s '.repeat(3e5), ' '.repeat(1e6)]) {
      for (const read of readers) assert.throws(() => read(text), ZipfireError);
    }
  });
});
