import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Reader, WireError, WireType, writeTag, writeVarint } from './wire.js';

const readerOf = (bytes: string) => new Reader(Buffer.from(bytes, 'latin1'));

test('numbers as the guide to the encoding writes them', () => {
  const table: [value: number, bytes: string][] = [
    [0, '\0'],
    [1, '\x01'],
    [127, '\x7f'],
    [128, '\x80\x01'],
    [150, '\x96\x01'],
    [2 ** 32, '\x80\x80\x80\x80\x10'],
    [Number.MAX_SAFE_INTEGER, '\xff\xff\xff\xff\xff\xff\xff\x0f'],
    [-1, '\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01'],
    [-2, '\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01'],
  ];
  for (const [value, bytes] of table) {
    assert.equal(writeVarint(value), bytes, String(value));
    assert.equal(readerOf(bytes).varint(), value, String(value));
  }
});

test('every safe integer survives', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      assert.equal(readerOf(writeVarint(value)).varint(), value);
    }),
  );
});

test('a number may be longer than it has to be, and at most 10 bytes', () => {
  assert.equal(readerOf(`\x81${'\x80'.repeat(8)}\0`).varint(), 1);
  assert.throws(() => readerOf('\x80'.repeat(10)).varint(), WireError);
});

test('the greatest and the least 64-bit integers keep their magnitude', () => {
  assert.equal(readerOf(`${'\xff'.repeat(8)}\x7f`).varint(), 2 ** 63);
  assert.equal(readerOf(`${'\x80'.repeat(9)}\x01`).varint(), -(2 ** 63));
});

test('fields that are not known are passed over, whatever their type', () => {
  const unknown = [
    `${writeTag(100, WireType.varint)}\x96\x01`,
    `${writeTag(101, WireType.fixed64)}12345678`,
    `${writeTag(102, WireType.bytes)}\x03abc`,
    `${writeTag(103, WireType.fixed32)}1234`,
  ].join('');
  const reader = readerOf(unknown);
  const numbers: number[] = [];
  while (!reader.isAtEnd) {
    const { number, wireType } = reader.tag();
    numbers.push(number);
    reader.skip(wireType);
  }
  assert.deepEqual(numbers, [100, 101, 102, 103]);
});

test('what is cut off or malformed is refused', () => {
  const skip = (bytes: string) => {
    const reader = readerOf(bytes);
    reader.skip(reader.tag().wireType);
  };
  const table: [what: string, bytes: string][] = [
    ['half a number', '\x08\x96'],
    ['half a fixed64', '\x091234567'],
    ['half a fixed32', '\x0d123'],
    ['half of its bytes', '\x0a\x04abc'],
    ['a length of 2^31', '\x0a\x80\x80\x80\x80\x08'],
    ['a length below 0', `\x0a${writeVarint(-1)}`],
    ['field number 0', '\x00\x00'],
    ['a field number beyond 2^29 − 1', `${writeVarint(2 ** 32)}\x00`],
    ['the begin of a group', '\x0b'],
    ['the end of a group', '\x0c'],
    ['wire type 6', '\x0e'],
    ['wire type 7', '\x0f'],
  ];
  for (const [what, bytes] of table) assert.throws(() => skip(bytes), WireError, what);
});
