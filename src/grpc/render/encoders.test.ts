import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { encoderOf } from './encoder.js';
import { readInteger } from './integer.js';
import { type Encoding, encodingNames } from './program.js';
import { varint, varint64 } from './varint.js';

function hex(bytes: string | null): string | null {
  return bytes === null ? null : Buffer.from(bytes, 'latin1').toString('hex');
}

describe('varints', () => {
  it('are those of the library', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 53n - 1n }), (value) => {
        const expected = Buffer.from(new BinaryWriter().uint64(value).finish()).toString('hex');
        assert.equal(hex(varint(Number(value))), expected);
        assert.equal(hex(varint64(value)), expected);
      }),
    );
    for (const value of [0, 127, 128, 16_383, 16_384, 2 ** 28, 2 ** 31, 2 ** 32, 2 ** 35, 2 ** 53 - 1]) {
      assert.equal(
        hex(varint(value)),
        Buffer.from(new BinaryWriter().uint64(value).finish()).toString('hex'),
      );
    }
  });

  it('of negative numbers take ten bytes', () => {
    assert.equal(hex(varint64(-1n)), 'ffffffffffffffffff01');
    assert.equal(hex(varint64(-(2n ** 63n))), '80808080808080808001');
  });
});

describe('readInteger', () => {
  const table: [text: string, value: number | bigint | null][] = [
    ['0', 0],
    ['-0', 0],
    ['007', 7],
    ['42', 42],
    ['-42', -42],
    ['999999999999999', 999_999_999_999_999],
    ['9007199254740991', 9_007_199_254_740_991],
    ['9007199254740993', 9_007_199_254_740_993n],
    ['18446744073709551615', 18_446_744_073_709_551_615n],
    ['-9223372036854775808', -9_223_372_036_854_775_808n],
    ['1e3', 1000],
    ['1.50e1', 15],
    ['1500e-2', 15],
    ['1.0', 1],
    ['0.000', 0],
    ['0e9999', 0],
    ['1.5', null],
    ['1e-1', null],
    ['1e20', null],
    ['1e9999', null],
    ['123456789012345678901', null],
    ['', null],
    ['-', null],
    ['+1', null],
    [' 1', null],
    ['0x10', null],
    ['1_000', null],
    ['NaN', null],
    ['Infinity', null],
    ['٣', null],
  ];
  for (const [text, value] of table) {
    it(`of ${JSON.stringify(text)} is ${value}`, () => assert.equal(readInteger(text), value));
  }

  it('is exact', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }), (value) => {
        assert.equal(BigInt(readInteger(String(value)) ?? Number.NaN), value);
      }),
    );
  });

  it('refuses what is longer than any integer is written', () => {
    for (const text of ['9'.repeat(1e6), `${'0'.repeat(1e6)}1`, `1.${'0'.repeat(1e6)}`]) {
      assert.equal(readInteger(text), null);
    }
  });
});

describe('encoders', () => {
  const table: [encoding: Encoding, text: string, quoted: boolean, bytes: string | null][] = [
    ['int32', '2147483647', false, 'ffffffff07'],
    ['int32', '2147483648', false, null],
    ['int32', '-2147483648', true, '80808080f8ffffffff01'],
    ['int32', '-2147483649', true, null],
    ['uint32', '4294967295', false, 'ffffffff0f'],
    ['uint32', '-1', false, null],
    ['int64', '9223372036854775807', true, 'ffffffffffffffff7f'],
    ['int64', '9223372036854775808', true, null],
    ['uint64', '18446744073709551615', true, 'ffffffffffffffffff01'],
    ['uint64', '18446744073709551616', true, null],
    ['sint32', '-1', false, '01'],
    ['sint32', '-2147483648', false, 'ffffffff0f'],
    ['sint64', '-9223372036854775808', true, 'ffffffffffffffffff01'],
    ['sint64', '-2251799813685249', true, '8180808080808008'],
    ['fixed32', '4294967295', false, 'ffffffff'],
    ['sfixed32', '-2', false, 'feffffff'],
    ['fixed64', '4294967296', false, '0000000001000000'],
    ['fixed64', '18446744073709551615', true, 'ffffffffffffffff'],
    ['sfixed64', '-2', false, 'feffffffffffffff'],
    ['bool', 'true', false, '01'],
    ['bool', 'false', false, '00'],
    ['bool', 'true', true, null],
    ['bool', '1', false, null],
    ['double', '1', false, '000000000000f03f'],
    ['double', '-0', false, '0000000000000080'],
    ['double', 'NaN', true, '000000000000f87f'],
    ['double', 'NaN', false, null],
    ['double', '1e400', false, null],
    ['double', '', true, null],
    ['double', '0x10', true, null],
    ['float', '1.5', true, '0000c03f'],
    ['float', '1e39', false, null],
    ['float', '-Infinity', true, '000080ff'],
    ['string', 'a', true, '61'],
    ['string', 'a', false, null],
    ['bytes', 'AQI=', true, '0102'],
    ['bytes', 'AQI', true, '0102'],
    ['bytes', '-_8', true, 'fbff'],
    ['bytes', 'A', true, null],
    ['bytes', 'AQ I', true, null],
    ['timestamp', '1970-01-01T00:00:00Z', true, ''],
    ['timestamp', '1970-01-01T00:00:01.5Z', true, '08011080cab5ee01'],
    ['timestamp', '1970-01-01T01:00:01+01:00', true, '0801'],
    ['timestamp', '1969-12-31T23:59:59Z', true, '08ffffffffffffffffff01'],
    ['timestamp', '0000-12-31T23:59:59Z', true, null],
    ['timestamp', '0001-01-01T00:00:00+00:01', true, null],
    ['timestamp', '2023-02-29T00:00:00Z', true, null],
    ['timestamp', '2023-01-01T24:00:00Z', true, null],
    ['timestamp', '2023-01-01T00:00:60Z', true, null],
    ['timestamp', '2023-01-01T00:00:00', true, null],
    ['timestamp', '2023-01-01 00:00:00Z', true, null],
    ['duration', '0s', true, ''],
    ['duration', '-0.5s', true, '1080b6ca91feffffffff01'],
    ['duration', '315576000000s', true, '0880bcaece9709'],
    ['duration', '315576000001s', true, null],
    ['duration', '1', true, null],
    ['duration', '1s2', true, null],
    ['fieldMask', 'aB,c.dE', true, '0a03615f620a05632e645f65'],
    ['fieldMask', 'a_b', true, null],
    ['fieldMask', '', true, ''],
  ];
  for (const [encoding, text, quoted, bytes] of table) {
    it(`${String(encoding)} of ${quoted ? JSON.stringify(text) : text} is ${bytes}`, () => {
      assert.equal(hex(encoderOf(encoding).encode(text, quoted)), bytes);
    });
  }

  it('of an enum take names in quotes and numbers', () => {
    const values = { NONE: 0, LOW: -1, constructor: 7 };
    const encode = (text: string, quoted: boolean, open = true) =>
      hex(encoderOf({ name: 'E', values, open }).encode(text, quoted));
    assert.equal(encode('LOW', true), 'ffffffffffffffffff01');
    assert.equal(encode('constructor', true), '07');
    assert.equal(encode('toString', true), null);
    assert.equal(encode('LOW', false), null);
    assert.equal(encode('7', true), null);
    assert.equal(encode('5', false), '05');
    assert.equal(encode('5', false, false), null);
    assert.equal(encode('2147483648', false), null);
  });

  it('give null or bytes for any text', () => {
    fc.assert(
      fc.property(fc.constantFrom(...encodingNames), fc.string(), fc.boolean(), (encoding, text, quoted) => {
        const bytes = encoderOf(encoding).encode(text, quoted);
        assert.ok(bytes === null || typeof bytes === 'string');
      }),
    );
  });

  it('give a timestamp for every instant', () => {
    const last = Date.parse('9999-12-31T23:59:59Z');
    fc.assert(
      fc.property(
        fc.date({ min: new Date(-62_135_596_800_000), max: new Date(last), noInvalidDate: true }),
        (date) => {
          const bytes = encoderOf('timestamp').encode(date.toISOString(), true);
          const reader = new BinaryReader(Buffer.from(bytes ?? assert.fail(date.toISOString()), 'latin1'));
          let ms = 0;
          while (reader.pos < reader.len) {
            const [number] = reader.tag();
            ms += number === 1 ? Number(reader.int64()) * 1000 : reader.int32() / 1e6;
          }
          assert.equal(ms, date.getTime());
        },
      ),
    );
  });
});
