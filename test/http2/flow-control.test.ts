import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Conversation } from './conversation.js';
import {
  data,
  END_STREAM,
  framesOf,
  headers,
  PADDED,
  rst,
  settings,
  settingsAck,
  windowUpdate,
} from './frames.js';

const ok = { ':status': '200' };
const MAX_WINDOW = 0x7fff_ffff;

/** Bytes of content in frames of a stream. */
function contentOf(lines: readonly string[], id: number): string {
  return lines
    .filter((line) => line.startsWith(`data ${id} `))
    .map((line) => line.slice(`data ${id} `.length).replace(/ end$/, ''))
    .join('');
}

describe('sending', () => {
  test('stops at the stream’s window and goes on with credit', () => {
    const conversation = new Conversation().begin({ 4: 5 });
    conversation.session.request(0, '\x83', 'abcdefgh', true);
    assert.deepEqual(conversation.wrote(), ['headers 1 \x83', 'data 1 abcde']);
    assert.equal(conversation.session.queued(0), 3);
    assert.equal(conversation.session.pending, false);
    conversation.feed(windowUpdate(1, 1));
    assert.equal(conversation.session.pending, true);
    assert.deepEqual(conversation.wrote(), ['data 1 f']);
    conversation.feed(windowUpdate(1, 100));
    assert.deepEqual(conversation.wrote(), ['data 1 gh end']);
  });

  test('stops at the connection’s window, which settings do not change', () => {
    const conversation = new Conversation({ slots: 5 }).begin({ 4: 1_000_000 });
    const body = 'b'.repeat(16_384);
    for (const slot of [0, 1, 2, 3, 4]) conversation.session.request(slot, '\x83', body, true);
    const sent = conversation.wrote();
    assert.equal(sent.filter((line) => line.startsWith('headers')).length, 5);
    // 65,535 is one byte less than four bodies.
    assert.deepEqual(
      sent.filter((line) => line.startsWith('data')),
      ['data 1 (16384) end', 'data 3 (16384) end', 'data 5 (16384) end', 'data 7 (16383)'],
    );
    conversation.feed(settings({ 4: 2_000_000 }));
    assert.deepEqual(conversation.wrote(), ['settings 0 ack']);
    conversation.feed(windowUpdate(0, 2));
    assert.deepEqual(conversation.wrote(), ['data 9 bb']);
    conversation.feed(windowUpdate(0, 20_000));
    assert.deepEqual(conversation.wrote(), ['data 7 b end', 'data 9 (16382) end']);
  });

  test('cuts at the peer’s frame size', () => {
    const conversation = new Conversation().begin({ 5: 20_000 });
    conversation.session.request(0, '\x83', 'b'.repeat(45_000), true);
    assert.deepEqual(conversation.wrote(), [
      'headers 1 \x83',
      'data 1 (20000)',
      'data 1 (20000)',
      'data 1 (5000) end',
    ]);
  });

  test('streams take turns, a frame each', () => {
    const conversation = new Conversation().begin({ 4: 1_000_000 });
    for (const slot of [0, 1, 2]) conversation.session.request(slot, '\x83', 'b'.repeat(20_000), true);
    const sent = conversation.wrote().filter((line) => line.startsWith('data'));
    assert.deepEqual(sent, [
      'data 1 (16384)',
      'data 3 (16384)',
      'data 5 (16384)',
      'data 1 (3616) end',
      'data 3 (3616) end',
      'data 5 (3616) end',
    ]);
  });

  test('a stream without a window does not hold up the others', () => {
    const conversation = new Conversation().begin({ 4: 3 });
    conversation.session.request(0, '\x83', 'abcdef', true);
    conversation.session.request(1, '\x83', 'uvwxyz', true);
    conversation.wrote();
    conversation.feed(windowUpdate(3, 10));
    assert.deepEqual(conversation.wrote(), ['data 3 xyz end']);
  });

  test('an initial window that rises opens all streams, one that falls takes from them, below 0', () => {
    const conversation = new Conversation().begin({ 4: 5 });
    conversation.session.request(0, '\x83', 'abcdefghij', true);
    conversation.wrote();
    // 5 of 5 are used: −3 now.
    conversation.feed(settings({ 4: 2 }));
    assert.deepEqual(conversation.wrote(), ['settings 0 ack']);
    conversation.feed(windowUpdate(1, 3));
    assert.deepEqual(conversation.wrote(), [], 'back at 0');
    conversation.feed(windowUpdate(1, 1));
    assert.deepEqual(conversation.wrote(), ['data 1 f']);
    conversation.feed(settings({ 4: 4 }));
    assert.deepEqual(conversation.wrote(), ['settings 0 ack', 'data 1 gh']);
    conversation.session.request(1, '\x83', 'uvwxyz', true);
    assert.deepEqual(conversation.wrote(), ['headers 3 \x83', 'data 3 uvwx'], 'new streams begin with 4');
  });

  test('a window of 0 holds back content, not its end', () => {
    const conversation = new Conversation().begin({ 4: 0 });
    conversation.session.request(0, '\x83', null, false);
    conversation.session.send(0, '', true);
    assert.deepEqual(conversation.wrote(), ['headers 1 \x83', 'data 1 end']);
    conversation.session.request(1, '\x83', 'a', false);
    conversation.session.send(1, '', true);
    assert.deepEqual(conversation.wrote(), ['headers 3 \x83']);
    conversation.feed(windowUpdate(3, 1));
    assert.deepEqual(conversation.wrote(), ['data 3 a end']);
  });

  test('pieces that wait go out together, and the caller hears when they have', () => {
    const conversation = new Conversation().begin({ 4: 1 });
    const { session } = conversation;
    session.request(0, '\x83', 'a', false);
    for (const piece of ['b', 'c', 'd']) session.send(0, piece, false);
    assert.equal(session.queued(0), 3);
    conversation.feed(windowUpdate(1, 2));
    conversation.wrote();
    assert.deepEqual(conversation.log.lines, []);
    conversation.feed(windowUpdate(1, 5));
    assert.deepEqual(conversation.wrote(), ['data 1 d']);
    assert.deepEqual(conversation.log.lines, ['drain 0']);
    session.send(0, 'e', true);
    assert.deepEqual(conversation.wrote(), ['data 1 e end']);
  });

  test('more may be sent from within drain', () => {
    const conversation = new Conversation().begin({ 4: 1 });
    const { session } = conversation;
    const left = ['three', 'two', 'one'];
    conversation.log.react = (line) => {
      if (line !== 'drain 0') return;
      while (left.length > 0 && session.queued(0) === 0) session.send(0, left.pop() ?? '', left.length === 0);
    };
    session.request(0, '\x83', 'ab', false);
    conversation.wrote();
    conversation.feed(windowUpdate(1, 'bonetwoth'.length));
    assert.equal(contentOf(conversation.wrote(), 1), 'bonetwoth');
    conversation.feed(windowUpdate(1, 100));
    assert.deepEqual(conversation.wrote(), ['data 1 ree end']);
  });

  test('the outbox takes content up to its target, and the rest the next time', () => {
    const conversation = new Conversation({ outboxTarget: 30_000 }).begin({ 4: 1_000_000 });
    conversation.feed(windowUpdate(0, 1_000_000));
    conversation.session.request(0, '\x83', 'b'.repeat(100_000), true);
    const lengths: number[] = [];
    for (
      let text = conversation.session.takeOutbox();
      text !== '';
      text = conversation.session.takeOutbox()
    ) {
      lengths.push(text.length);
      assert.equal(conversation.session.pending, conversation.session.queued(0) > 0);
    }
    assert.equal(
      lengths.reduce((sum, length) => sum + length, 0),
      10 + 100_000 + 7 * 9,
    );
    assert.ok(lengths.length >= 3);
    for (const length of lengths) assert.ok(length < 30_000 + 16_384 + 9);
  });

  test('a body above 2^16 in small frames with small credits arrives as it was', () => {
    const credits = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 5000 })), { maxLength: 80 });
    fc.assert(
      fc.property(credits, fc.integer({ min: 0, max: 80_000 }), (steps, size) => {
        const body = Array.from({ length: size }, (_, i) => String.fromCharCode(97 + (i % 26))).join('');
        const conversation = new Conversation().begin({ 4: 0 });
        conversation.session.request(0, '\x83', body, true);
        let [stream, connection] = [0, 65_535];
        let got = '';
        const read = () => {
          for (
            let text = conversation.session.takeOutbox();
            text !== '';
            text = conversation.session.takeOutbox()
          )
            got += framesOf(text)
              .filter(({ type }) => type === 'data')
              .map(({ payload }) => payload)
              .join('');
        };
        read();
        for (const [onStream, credit] of steps) {
          if (onStream) stream += credit;
          else connection += credit;
          conversation.feed(windowUpdate(onStream ? 1 : 0, credit));
          read();
          assert.equal(got.length, Math.min(body.length, stream, connection));
        }
        assert.ok(body.startsWith(got));
      }),
      { numRuns: 40 },
    );
  });

  test('what waits on a stream that ends is forgotten', () => {
    const conversation = new Conversation().begin({ 4: 1 });
    conversation.session.request(0, '\x83', 'abc', true);
    conversation.wrote();
    conversation.feed(windowUpdate(1, 1), rst(1, 8));
    assert.deepEqual(conversation.log.lines, ['reset 0 CANCEL by peer']);
    assert.deepEqual(conversation.wrote(), []);
    assert.equal(conversation.session.queued(0), 0);
    conversation.session.request(0, '\x83', 'x', true);
    assert.deepEqual(conversation.wrote(), ['headers 3 \x83', 'data 3 x end']);
  });
});

describe('windows that break the rules', () => {
  test('an increment of 0', () => {
    const conversation = new Conversation().begin();
    conversation.get(0);
    conversation.wrote();
    assert.deepEqual(conversation.feed(windowUpdate(1, 0)), [
      'reset 0 PROTOCOL_ERROR by session: a WINDOW_UPDATE of 0',
    ]);
    assert.deepEqual(conversation.wrote(), ['rst 1 00000001']);
    assert.deepEqual(conversation.feed(windowUpdate(0, 0)), ['error PROTOCOL_ERROR a WINDOW_UPDATE of 0']);
  });

  test('a stream above 2^31 − 1', () => {
    const conversation = new Conversation().begin();
    conversation.get(0);
    assert.deepEqual(conversation.feed(windowUpdate(1, MAX_WINDOW - 65_535)), []);
    assert.deepEqual(conversation.feed(windowUpdate(1, 1)), [
      'reset 0 FLOW_CONTROL_ERROR by session: a window of a stream above 2^31 - 1',
    ]);
  });

  test('the connection above 2^31 − 1', () => {
    const conversation = new Conversation().begin();
    assert.deepEqual(conversation.feed(windowUpdate(0, MAX_WINDOW - 65_535)), []);
    assert.deepEqual(conversation.feed(windowUpdate(0, 1)), [
      'error FLOW_CONTROL_ERROR a window of the connection above 2^31 - 1',
    ]);
  });

  test('an initial window that takes a stream above it', () => {
    const conversation = new Conversation().begin();
    conversation.get(0);
    conversation.feed(windowUpdate(1, MAX_WINDOW - 65_535));
    assert.match(conversation.feed(settings({ 4: 65_536 })).at(-1) ?? '', /^error FLOW_CONTROL_ERROR/);
  });
});

describe('receiving', () => {
  test('credit is given at half of a window, for padding too', () => {
    const conversation = new Conversation({ streamWindow: 100, connectionWindow: 100_000 }).begin();
    conversation.get(0);
    conversation.wrote();
    conversation.feed(headers(1, ok), data(1, 'a'.repeat(49)));
    assert.deepEqual(conversation.wrote(), []);
    conversation.feed(data(1, '\0', PADDED));
    assert.deepEqual(conversation.wrote(), ['window 1 00000032']);
    conversation.feed(data(1, 'a'.repeat(100)));
    assert.deepEqual(conversation.wrote(), ['window 1 00000064']);
  });

  test('a stream that has ended gets none, the connection does', () => {
    const conversation = new Conversation({ streamWindow: 100, connectionWindow: 65_535 }).begin();
    conversation.get(0);
    conversation.wrote();
    conversation.feed(headers(1, ok), data(1, 'a'.repeat(60), END_STREAM));
    assert.deepEqual(conversation.wrote(), []);
    conversation.get(0);
    conversation.wrote();
    conversation.session.cancel(0);
    conversation.wrote();
    // Content of a stream that is gone counts all the same.
    conversation.feed(data(3, 'a'.repeat(16_384)), data(3, 'a'.repeat(16_323)));
    assert.deepEqual(conversation.wrote(), []);
    conversation.feed(data(3, 'a'));
    assert.deepEqual(conversation.wrote(), ['window 0 00008000']);
  });

  test('a server may use its initial windows until it acknowledges smaller ones', () => {
    const conversation = new Conversation({ streamWindow: 100 });
    conversation.session.takeOutbox();
    conversation.feed(settings());
    conversation.get(0);
    const frames = [headers(1, ok), ...Array.from({ length: 3 }, () => data(1, 'a'.repeat(16_384)))];
    assert.equal(conversation.feed(...frames).length, 2);
    // All of it is credited: the server is below its window after the change.
    conversation.feed(settingsAck, data(1, 'a'.repeat(100)));
    assert.equal(conversation.log.lines.length, 1);
    assert.match(conversation.feed(data(1, 'a'.repeat(101))).at(-1) ?? '', /^reset 0 FLOW_CONTROL_ERROR/);
  });

  test('beyond the window of the stream: its end', () => {
    const conversation = new Conversation({ streamWindow: 100 }).begin();
    conversation.get(0);
    assert.deepEqual(conversation.feed(headers(1, ok), data(1, 'a'.repeat(101))), [
      'head 0 200',
      'reset 0 FLOW_CONTROL_ERROR by session: DATA beyond the window of its stream',
    ]);
  });

  test('beyond the window of the connection: its end', () => {
    // A frame that never ends gives no credit back, so one window is all there is.
    const conversation = new Conversation({ connectionWindow: 65_535, maxFrameSize: 100_000 }).begin();
    conversation.get(0);
    assert.deepEqual(conversation.feed(headers(1, ok), data(1, 'a'.repeat(65_536))), [
      'head 0 200',
      'reset 0 FLOW_CONTROL_ERROR by connection: DATA beyond the window of the connection',
      'error FLOW_CONTROL_ERROR DATA beyond the window of the connection',
    ]);
  });
});
