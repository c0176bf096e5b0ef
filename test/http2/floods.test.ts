import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Conversation } from './conversation.js';
import {
  ACK,
  data,
  END_HEADERS,
  END_STREAM,
  frame,
  goaway,
  headers,
  PADDED,
  ping,
  rst,
  settings,
  settingsAck,
  Type,
  windowUpdate,
} from './frames.js';

const ok = { ':status': '200' };
const MOST = 20;

/** A session with a request under way on stream 3, stream 1 being closed. */
function conversationWith(options: { maxIdleFrames?: number; maxReplies?: number }): Conversation {
  const conversation = new Conversation({ maxIdleFrames: MOST, ...options }).begin();
  conversation.get(0);
  conversation.feed(headers(1, ok, END_STREAM));
  conversation.get(0);
  conversation.feed(headers(3, ok));
  conversation.wrote();
  return conversation;
}

describe('frames that bring nothing forward, in a row', () => {
  const table: [what: string, one: Buffer][] = [
    ['PING frames', ping('12345678')],
    ['PING frames', ping('12345678', ACK)],
    ['SETTINGS frames', settings({ 3: 100 })],
    ['SETTINGS acknowledgements', settingsAck],
    ['empty DATA frames', data(3, '')],
    ['empty DATA frames', data(3, '\x03\0\0\0', PADDED)],
    ['empty DATA frames', data(1, '', END_STREAM)],
    ['RST_STREAM on closed streams', rst(1, 0)],
    ['HEADERS on closed streams', headers(1, ok)],
    ['WINDOW_UPDATE frames', windowUpdate(0, 1)],
    ['WINDOW_UPDATE frames', windowUpdate(3, 1)],
    ['WINDOW_UPDATE frames', windowUpdate(1, 1)],
    ['GOAWAY frames', goaway(0x7fff_ffff, 0)],
    ['frames of unknown types', frame(Type.priority, 0, 3, '12345')],
    ['frames of unknown types', frame(99, 0, 0, 'abc')],
  ];
  for (const [what, one] of table) {
    test(`${what}: ${one.toString('hex')}`, () => {
      const conversation = conversationWith({});
      for (let i = 0; i < MOST; i++) {
        const events = conversation.feed(one);
        assert.equal(
          events.some((line) => line.startsWith('error')),
          false,
          `after ${i + 1}`,
        );
        conversation.wrote();
      }
      assert.equal(conversation.feed(one).at(-1), `error ENHANCE_YOUR_CALM a flood of ${what}`);
      assert.equal(conversation.wrote().length, 1);
    });
  }

  test('informational responses', () => {
    const conversation = new Conversation({ maxIdleFrames: MOST }).begin();
    conversation.get(0);
    const one = headers(1, { ':status': '103' });
    for (let i = 0; i < MOST; i++) assert.deepEqual(conversation.feed(one), []);
    assert.equal(conversation.feed(one).at(-1), 'error ENHANCE_YOUR_CALM a flood of informational responses');
  });

  test('kinds that alternate are one row', () => {
    const conversation = conversationWith({});
    for (let i = 0; i < MOST / 2; i++) conversation.feed(ping('12345678'), windowUpdate(0, 1));
    assert.match(conversation.feed(rst(1, 0)).at(-1) ?? '', /^error ENHANCE_YOUR_CALM/);
  });

  test('anything that brings a request forward ends the row', () => {
    const steps: [string, (conversation: Conversation) => void][] = [
      ['content', (conversation) => conversation.feed(data(3, 'a'))],
      ['a request', (conversation) => conversation.get(1)],
      ['content sent', (conversation) => conversation.session.send(2, 'a', false)],
    ];
    for (const [what, step] of steps) {
      const conversation = conversationWith({});
      conversation.session.request(2, '\x83', null, false);
      for (let round = 0; round < 3; round++) {
        for (let i = 0; i < MOST; i++) {
          const events = conversation.feed(ping('12345678'));
          assert.deepEqual(events, [], `${what}, round ${round}, ${i}`);
          conversation.wrote();
        }
        step(conversation);
        if (what === 'a request') conversation.session.cancel(1);
      }
    }
  });
});

test('answers that nobody reads are bounded, PING and SETTINGS together', () => {
  const conversation = conversationWith({ maxIdleFrames: 1000, maxReplies: 10 });
  for (let i = 0; i < 5; i++) assert.deepEqual(conversation.feed(ping('12345678'), settings()), []);
  conversation.wrote();
  for (let i = 0; i < 10; i++) assert.deepEqual(conversation.feed(ping('12345678')), []);
  assert.equal(conversation.feed(ping('12345678')).at(-1), 'error ENHANCE_YOUR_CALM a flood of PING frames');
});

test('a header block without an end', () => {
  const many = new Conversation({ maxContinuations: 5 }).begin();
  many.get(0);
  const piece = frame(Type.continuation, 0, 1, '');
  assert.deepEqual(many.feed(frame(Type.headers, 0, 1, ''), ...Array(5).fill(piece)), []);
  assert.match(
    many.feed(piece).at(-1) ?? '',
    /^error ENHANCE_YOUR_CALM a header block too long, or in too many/,
  );

  const long = new Conversation({ maxBlockSize: 100 }).begin();
  long.get(0);
  assert.deepEqual(long.feed(frame(Type.headers, 0, 1, 'a'.repeat(100))), []);
  assert.match(long.feed(frame(Type.continuation, 0, 1, 'a')).at(-1) ?? '', /^error ENHANCE_YOUR_CALM/);
  const single = new Conversation({ maxBlockSize: 100 }).begin();
  single.get(0);
  assert.match(
    single.feed(frame(Type.headers, END_HEADERS, 1, 'a'.repeat(101))).at(-1) ?? '',
    /^error ENHANCE_YOUR_CALM/,
  );
});

test('content that was on its way when its stream was cancelled is no flood', () => {
  const conversation = conversationWith({});
  conversation.session.cancel(0);
  for (let i = 0; i < 3 * MOST; i++) assert.deepEqual(conversation.feed(data(3, 'abc')), []);
});

test('a storm of resets is an outcome for each request, and no error', () => {
  const conversation = new Conversation({ maxIdleFrames: MOST }).begin();
  let resets = 0;
  for (let id = 1; id < 2 * 10 * MOST; id += 2) {
    conversation.get(0);
    conversation.wrote();
    assert.deepEqual(conversation.feed(rst(id, 7)), ['reset 0 REFUSED_STREAM by peer']);
    resets++;
  }
  assert.equal(resets, 10 * MOST);
});
