import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  bool,
  bytes,
  int32,
  int64,
  message,
  oneof,
  repeated,
  string,
  submessage,
  WireError,
} from './index.js';

const Point = message('test.Point', { x: int32(1), label: string(2) });
const Shape = message('test.Shape', {
  name: string(1),
  isOpen: bool(2),
  area: int64(3),
  data: bytes(4),
  origin: submessage(5, Point),
  points: repeated(submessage(6, Point)),
  tags: repeated(string(7)),
  byName: oneof('reference', string(8)),
  byPoint: oneof('reference', submessage(9, Point)),
});

const empty = {
  name: '',
  isOpen: false,
  area: 0,
  data: '',
  origin: undefined,
  points: [],
  tags: [],
  byName: undefined,
  byPoint: undefined,
};

const decode = (text: string) => Shape.decode(Buffer.from(text, 'latin1'));

test('what is left out, or as if left out, takes no bytes', () => {
  assert.equal(Shape.encode({}), '');
  assert.equal(Shape.encode(empty), '');
  assert.deepEqual(decode(''), empty);
});

test('an empty message and an empty member of a oneof are there all the same', () => {
  assert.equal(Shape.encode({ origin: { x: 0, label: '' } }), '\x2a\0');
  assert.equal(Shape.encode({ byName: '' }), '\x42\0');
  assert.deepEqual(decode('\x42\0'), { ...empty, byName: '' });
  assert.deepEqual(decode('\x2a\0'), { ...empty, origin: { x: 0, label: '' } });
});

test('a message is what it was after it was written and read', () => {
  const utf8 = fc.string({ unit: 'binary' }).map((text) => Buffer.from(text, 'utf8').toString('latin1'));
  const binary = fc.uint8Array().map((array) => Buffer.from(array).toString('latin1'));
  const point = fc.record({ x: fc.integer(), label: utf8 }, { noNullPrototype: true });
  const shape = fc.record(
    {
      name: utf8,
      isOpen: fc.boolean(),
      area: fc.maxSafeInteger(),
      data: binary,
      origin: fc.option(point, { nil: undefined }),
      points: fc.array(point),
      tags: fc.array(utf8),
      byName: fc.option(utf8, { nil: undefined }),
      byPoint: fc.option(point, { nil: undefined }),
    },
    { noNullPrototype: true },
  );
  fc.assert(fc.property(shape, (values) => assert.deepEqual(decode(Shape.encode(values)), values)));
});

test('any bytes are a message or a WireError', () => {
  // Mostly messages that something happened to: arbitrary bytes alone would not get far.
  const whole = Shape.encode({
    name: 'name',
    area: -1,
    points: [{ x: 1, label: 'a' }],
    byPoint: { x: 2, label: '' },
  });
  const hurt = fc
    .tuple(fc.nat(whole.length), fc.uint8Array({ maxLength: 3 }), fc.nat(3))
    .map(([at, put, drop]) =>
      Buffer.concat([bufferOf(whole.slice(0, at)), put, bufferOf(whole.slice(at + drop))]),
    );
  const anything = fc.uint8Array().map((array) => Buffer.from(array));
  fc.assert(
    fc.property(fc.oneof(hurt, anything), (given) => {
      try {
        Shape.encode(Shape.decode(given));
      } catch (error) {
        assert.ok(error instanceof WireError, String(error));
      }
    }),
    { numRuns: 2000 },
  );
});

test('a field of another wire type, or text that is not UTF-8, is refused', () => {
  assert.throws(() => decode('\x08\x01'), WireError);
  assert.throws(() => decode('\x0a\x01\xff'), WireError);
  assert.deepEqual(decode('\x22\x01\xff'), { ...empty, data: '\xff' });
});

test('of a field that comes twice the last one counts', () => {
  assert.deepEqual(decode('\x0a\x01a\x0a\x01b'), { ...empty, name: 'b' });
});

function bufferOf(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
