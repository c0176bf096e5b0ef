import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { frameMessage, type MessageError, MessageReader, messageErrors } from './index.js';

interface Read {
  readonly messages: string[];
  readonly compressed: boolean[];
  readonly count: number;
  readonly error: MessageError | null;
}

/** Reads a body cut at the offsets given, from the middle of a larger buffer, as a socket's read leaves it. */
function read(body: string, cuts: readonly number[] = [], { max = 1000, encoded = true } = {}): Read {
  const messages: string[] = [];
  const compressed: boolean[] = [];
  const reader = new MessageReader({
    maxMessageBytes: max,
    sink: (bytes, from, to, isCompressed) => {
      messages.push(bytes.toString('latin1', from, to));
      compressed.push(isCompressed);
    },
  });
  const counter = new MessageReader({ maxMessageBytes: max });
  reader.reset(encoded);
  counter.reset(encoded);
  const buffer = Buffer.alloc(body.length + 6, 'junk');
  buffer.write(body, 3, 'latin1');
  const bounds = [0, ...cuts.toSorted((a, b) => a - b), body.length];
  for (let i = 1; i < bounds.length; i++) {
    reader.feed(buffer, 3 + (bounds[i - 1] as number), 3 + (bounds[i] as number));
    counter.feed(buffer, 3 + (bounds[i - 1] as number), 3 + (bounds[i] as number));
  }
  const error = reader.end();
  assert.equal(counter.end(), error, 'a reader that only counts');
  assert.equal(counter.messages, reader.messages, 'a reader that only counts');
  return { messages, compressed, count: reader.messages, error };
}

const message = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('latin1'));

describe('MessageReader', () => {
  it('finds the messages wherever the data is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ text: message, compressed: fc.boolean() }), { maxLength: 6 }),
        fc.array(fc.nat(300), { maxLength: 12 }),
        (sent, offsets) => {
          const body = sent.map(({ text, compressed }) => frameMessage(text, compressed)).join('');
          const cuts = offsets.map((offset) => offset % (body.length + 1));
          assert.deepEqual(read(body, cuts), {
            messages: sent.map(({ text }) => text),
            compressed: sent.map(({ compressed }) => compressed),
            count: sent.length,
            error: null,
          });
        },
      ),
    );
  });

  const two = frameMessage('first') + frameMessage('');
  it('finds them when every byte comes alone', () => {
    const cuts = Array.from({ length: two.length }, (_, i) => i);
    assert.deepEqual(read(two, cuts).messages, ['first', '']);
  });

  it('says when the response ends inside a prefix or a message', () => {
    for (let length = 1; length < two.length; length++) {
      const between = length === frameMessage('first').length;
      assert.equal(read(two.slice(0, length)).error, between ? null : messageErrors.cut, `at ${length}`);
    }
  });

  const refused: [what: string, body: string, error: MessageError, encoded?: boolean][] = [
    ['a flag of 2', '\x02\0\0\0\0', messageErrors.flag],
    ['a compressed message nobody asked for', frameMessage('x', true), messageErrors.unasked, false],
    ['a message above the limit', frameMessage('x'.repeat(1001)), messageErrors.tooLarge],
    ['a length of 4 GiB', '\0\xff\xff\xff\xff', messageErrors.tooLarge],
  ];
  for (const [what, body, error, encoded = true] of refused) {
    it(`refuses ${what}, and keeps the messages before it`, () => {
      const bytes = frameMessage('good') + body + frameMessage('unread');
      for (const cuts of [[], [10], Array.from({ length: bytes.length }, (_, i) => i)]) {
        const result = read(bytes, cuts, { encoded });
        assert.deepEqual([result.messages, result.error], [['good'], error]);
      }
    });
  }

  it('takes a message of the limit', () => {
    assert.deepEqual(read(frameMessage('x'.repeat(1000)), [500]).messages, ['x'.repeat(1000)]);
  });

  it('forgets a response that was broken off', () => {
    const reader = new MessageReader();
    const bytes = Buffer.from(frameMessage('abc'), 'latin1');
    reader.feed(bytes, 0, 6);
    assert.equal(reader.end(), messageErrors.cut);
    reader.reset();
    reader.feed(bytes, 0, bytes.length);
    assert.deepEqual([reader.messages, reader.end()], [1, null]);
  });

  it('reads anything without an exception', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), fc.boolean(), (pieces, encoded) => {
        const reader = new MessageReader({ maxMessageBytes: 100, sink: () => {} });
        reader.reset(encoded);
        for (const piece of pieces) reader.feed(Buffer.from(piece), 0, piece.length);
        reader.end();
        assert.ok(reader.messages <= pieces.reduce((sum, { length }) => sum + length, 0) / 5);
      }),
    );
  });
});
