import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Http2Session, ResponseHeads } from '#zipfire/wire/http2/index.js';
import { Conversation, EventLog } from './conversation.js';
import { data, END_STREAM, framesOf, headers, rst, settings, settingsAck, windowUpdate } from './frames.js';

const ok = { ':status': '200' };

describe('the beginning', () => {
  test('the preface, our settings, and the window of the connection', () => {
    const session = new Http2Session(
      new EventLog(),
      new ResponseHeads({ capture: false, maxListSize: 1000 }),
      {
        streamWindow: 100_000,
        connectionWindow: 1_000_000,
      },
    );
    const text = session.takeOutbox();
    const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
    assert.ok(text.startsWith(preface));
    const [first, second, ...rest] = framesOf(text.slice(preface.length));
    assert.deepEqual(rest, []);
    const values = Buffer.from(first?.payload ?? '', 'latin1')
      .toString('hex')
      .match(/.{12}/g);
    assert.deepEqual(values, [
      '000100000000', // HEADER_TABLE_SIZE 0
      '000200000000', // ENABLE_PUSH 0
      '0004000186a0', // INITIAL_WINDOW_SIZE
      '000500004000', // MAX_FRAME_SIZE
      '0006000003e8', // MAX_HEADER_LIST_SIZE
    ]);
    assert.deepEqual([second?.type, second?.id], ['window', 0]);
    assert.equal(Buffer.from(second?.payload ?? '', 'latin1').readUInt32BE(), 1_000_000 - 65_535);
  });

  test('settings are applied, then acknowledged', () => {
    const conversation = new Conversation();
    conversation.session.takeOutbox();
    assert.deepEqual(conversation.feed(settings({ 3: 7 })), ['ready']);
    assert.equal(conversation.session.maxConcurrentStreams, 7);
    assert.deepEqual(conversation.wrote(), ['settings 0 ack']);
    assert.deepEqual(conversation.feed(settings({ 3: 9 })), [], 'ready only once');
    assert.deepEqual(conversation.wrote(), ['settings 0 ack']);
  });

  test('requests wait for the server’s settings', () => {
    const conversation = new Conversation();
    conversation.session.takeOutbox();
    assert.equal(conversation.get(0), true);
    assert.equal(conversation.get(1), true);
    assert.deepEqual(conversation.wrote(), []);
    conversation.feed(settings({ 3: 1 }));
    assert.deepEqual(conversation.wrote(), ['settings 0 ack', 'headers 1 \x82 end']);
  });
});

test('a request from within ready stands behind those that waited for it', () => {
  const conversation = new Conversation();
  const { session } = conversation;
  session.takeOutbox();
  session.request(0, 'first', null, true);
  conversation.log.react = (line) => {
    if (line === 'ready') session.request(1, 'second', null, true);
  };
  conversation.feed(settings());
  assert.deepEqual(conversation.wrote(), ['settings 0 ack', 'headers 1 first end', 'headers 3 second end']);
});

test('ids are odd and rise', () => {
  const conversation = new Conversation().begin();
  for (const slot of [2, 0, 1]) conversation.get(slot);
  assert.deepEqual(conversation.wrote(), ['headers 1 \x82 end', 'headers 3 \x82 end', 'headers 5 \x82 end']);
});

test('a small body goes with its head', () => {
  const conversation = new Conversation().begin();
  conversation.session.request(0, '\x83', 'body', true);
  assert.deepEqual(conversation.wrote(), ['headers 1 \x83', 'data 1 body end']);
});

test('an empty body is none', () => {
  const conversation = new Conversation().begin();
  conversation.session.request(0, '\x83', '', true);
  assert.deepEqual(conversation.wrote(), ['headers 1 \x83 end']);
});

test('content piece by piece on an open stream', () => {
  const conversation = new Conversation().begin();
  const { session } = conversation;
  session.request(0, '\x83', 'a', false);
  session.send(0, 'b', false);
  session.send(0, '', false);
  session.send(0, 'c', true);
  session.send(0, 'after the end', true);
  assert.deepEqual(conversation.wrote(), ['headers 1 \x83', 'data 1 a', 'data 1 b', 'data 1 c end']);
  session.request(1, '\x83', null, false);
  session.send(1, '', true);
  assert.deepEqual(conversation.wrote(), ['headers 3 \x83', 'data 3 end']);
});

test('both ways at once, half-closed on each side', () => {
  const conversation = new Conversation().begin();
  conversation.session.request(0, '\x83', null, false);
  assert.deepEqual(conversation.feed(headers(1, ok), data(1, 'one')), ['head 0 200', 'data 0 one']);
  conversation.session.send(0, 'ping', false);
  assert.deepEqual(conversation.feed(data(1, 'two')), ['data 0 two']);
  conversation.session.send(0, '', true);
  assert.deepEqual(conversation.feed(headers(1, { 'grpc-status': '0' }, END_STREAM)), [
    'trailers 0 0',
    'end 0',
  ]);
});

describe('a response that is whole before its request', () => {
  const early = () => {
    const conversation = new Conversation().begin();
    conversation.session.request(0, '\x83', 'a', false);
    assert.deepEqual(conversation.feed(headers(1, ok, END_STREAM)), ['head 0 200 end', 'early end 0']);
    conversation.wrote();
    return conversation;
  };

  test('the request may go on; the end comes with its last byte', () => {
    const conversation = early();
    conversation.log.lines.length = 0;
    conversation.session.send(0, 'b', false);
    assert.deepEqual(conversation.log.lines, []);
    conversation.session.send(0, 'c', true);
    assert.deepEqual(conversation.log.lines, ['end 0']);
    assert.deepEqual(conversation.wrote(), ['data 1 b', 'data 1 c end']);
    assert.equal(conversation.session.active, 0);
  });

  test('it may be given up', () => {
    const conversation = early();
    conversation.session.cancel(0);
    assert.deepEqual(conversation.wrote(), ['rst 1 00000008']);
    assert.equal(conversation.get(0), true);
  });

  test('the server may say that it does not care: that is a good end', () => {
    assert.deepEqual(early().feed(rst(1, 0)), ['end 0']);
  });

  test('any other code is not', () => {
    assert.deepEqual(early().feed(rst(1, 2)), ['reset 0 INTERNAL_ERROR by peer']);
  });

  test('with content queued, the end comes when the windows let it out', () => {
    const conversation = new Conversation().begin({ 4: 2 });
    conversation.session.request(0, '\x83', 'abc', true);
    conversation.wrote();
    conversation.feed(headers(1, ok, END_STREAM), windowUpdate(1, 1));
    assert.deepEqual(conversation.log.lines, ['head 0 200 end', 'early end 0']);
    assert.deepEqual(conversation.wrote(), ['data 1 c end']);
    assert.deepEqual(conversation.log.lines.at(-1), 'end 0');
  });
});

describe('the header block', () => {
  test('above the peer’s frame size it goes on in CONTINUATION', () => {
    const conversation = new Conversation().begin();
    const block = 'b'.repeat(16_384 * 2 + 5);
    conversation.session.request(0, block, 'body', true);
    const frames = framesOf(conversation.session.takeOutbox());
    assert.deepEqual(
      frames.map(({ type, flags, id, payload }) => [type, flags, id, payload.length]),
      [
        ['headers', 0, 1, 16_384],
        ['continuation', 0, 1, 16_384],
        ['continuation', 4, 1, 5],
        ['data', 1, 1, 4],
      ],
    );
    const sent = frames.slice(0, 3).map(({ payload }) => payload);
    assert.equal(sent.join(''), block);
  });

  test('of exactly two frames it is two frames', () => {
    const conversation = new Conversation().begin();
    conversation.session.request(0, 'b'.repeat(16_384 * 2), null, true);
    const frames = framesOf(conversation.session.takeOutbox());
    assert.deepEqual(
      frames.map(({ type, flags }) => [type, flags]),
      [
        ['headers', 1],
        ['continuation', 4],
      ],
    );
  });

  test('it may be longer when the peer says so', () => {
    const conversation = new Conversation().begin({ 5: 65_536 });
    conversation.session.request(0, 'b'.repeat(65_536), null, true);
    assert.deepEqual(conversation.wrote(), ['headers 1 (65536) end']);
  });

  test('a table that the peer lowers is lowered in words, once', () => {
    for (const size of [0, 100, 4095]) {
      const conversation = new Conversation().begin({ 1: size });
      conversation.get(0);
      conversation.get(1);
      assert.deepEqual(conversation.wrote(), ['headers 1 \x20\x82 end', 'headers 3 \x82 end']);
      conversation.feed(settings({ 1: 0 }));
      conversation.get(2);
      assert.deepEqual(conversation.wrote(), ['settings 0 ack', 'headers 5 \x82 end']);
    }
  });

  test('also when it is raised again before the next block', () => {
    const conversation = new Conversation().begin();
    conversation.feed(settings({ 1: 0 }), settings({ 1: 4096 }));
    conversation.wrote();
    conversation.get(0);
    assert.deepEqual(conversation.wrote(), ['headers 1 \x20\x82 end']);
  });

  test('a table that the peer leaves or raises needs no words', () => {
    const conversation = new Conversation().begin({ 1: 65_536 });
    conversation.get(0);
    assert.deepEqual(conversation.wrote(), ['headers 1 \x82 end']);
  });
});

describe('MAX_CONCURRENT_STREAMS', () => {
  test('above it requests wait in their order', () => {
    const conversation = new Conversation().begin({ 3: 2 });
    for (const slot of [0, 1, 2, 3]) assert.equal(conversation.get(slot), true);
    assert.equal(conversation.session.active, 2);
    assert.deepEqual(conversation.wrote(), ['headers 1 \x82 end', 'headers 3 \x82 end']);
    assert.deepEqual(conversation.feed(headers(3, ok, END_STREAM)), ['head 1 200 end', 'end 1']);
    assert.deepEqual(conversation.wrote(), ['headers 5 \x82 end']);
    assert.deepEqual(conversation.feed(headers(5, ok, END_STREAM)), ['head 2 200 end', 'end 2']);
  });

  test('a slot that is used again at once stands behind those that wait', () => {
    const conversation = new Conversation().begin({ 3: 1 });
    const { session } = conversation;
    session.request(0, 'first', null, true);
    session.request(1, 'second', null, true);
    conversation.log.react = (line) => {
      if (line === 'end 0') session.request(0, 'third', null, true);
    };
    conversation.feed(headers(1, ok, END_STREAM));
    assert.deepEqual(conversation.wrote(), ['headers 1 first end', 'headers 3 second end']);
    conversation.feed(headers(3, ok, END_STREAM));
    assert.deepEqual(conversation.wrote(), ['headers 5 third end']);
  });

  test('raised, it lets more in; 0 lets in none; lowered, it lets those that are open go on', () => {
    const conversation = new Conversation().begin({ 3: 0 });
    for (const slot of [0, 1, 2]) conversation.get(slot);
    assert.deepEqual(conversation.wrote(), []);
    conversation.feed(settings({ 3: 2 }));
    assert.deepEqual(conversation.wrote(), ['settings 0 ack', 'headers 1 \x82 end', 'headers 3 \x82 end']);
    conversation.feed(settings({ 3: 1 }));
    assert.deepEqual(conversation.feed(headers(1, ok, END_STREAM)), ['head 0 200 end', 'end 0']);
    assert.deepEqual(conversation.wrote(), ['settings 0 ack']);
    conversation.feed(headers(3, ok, END_STREAM));
    assert.deepEqual(conversation.wrote(), ['headers 5 \x82 end']);
  });

  test('a request that waits keeps its body and what was sent after it', () => {
    const conversation = new Conversation().begin({ 3: 0 });
    conversation.session.request(0, '\x83', 'a', false);
    conversation.session.send(0, 'b', false);
    conversation.session.send(0, 'c', true);
    assert.equal(conversation.session.queued(0), 3);
    conversation.feed(settings({ 3: 1 }));
    assert.deepEqual(conversation.wrote(), ['settings 0 ack', 'headers 1 \x83', 'data 1 abc end']);
  });

  test('an outbox that nobody takes holds requests back, and they follow when it is taken', () => {
    const conversation = new Conversation({ slots: 100, outboxTarget: 1000 }).begin({});
    const { session } = conversation;
    const block = '\x83'.repeat(200);
    for (let slot = 0; slot < 100; slot++) session.request(slot, block, null, true);
    assert.ok(session.active < 6, `${session.active} streams are open`);
    assert.equal(session.waits(99), true);
    session.cancel(99);
    const lengths: number[] = [];
    while (session.pending) lengths.push(session.takeOutbox().length);
    assert.equal(session.active, 99);
    assert.ok(Math.max(...lengths) < 1400, lengths.join());
  });

  test('content that waited for a stream is told to be gone', () => {
    const conversation = new Conversation();
    const { session } = conversation;
    session.request(0, '\x82', 'abc', false);
    session.request(1, '\x82', 'abc', true);
    session.request(2, '\x82', null, false);
    assert.deepEqual(conversation.feed(settings({})), ['ready', 'drain 0', 'drain 1']);
    assert.equal(session.queued(0), 0);
  });

  test('a request that waits can be cancelled, and the server never hears of it', () => {
    const conversation = new Conversation().begin({ 3: 1 });
    for (const slot of [0, 1, 2]) conversation.get(slot);
    conversation.session.cancel(1);
    conversation.feed(headers(1, ok, END_STREAM));
    assert.deepEqual(conversation.wrote(), ['headers 1 \x82 end', 'headers 3 \x82 end']);
    assert.deepEqual(conversation.feed(headers(3, ok, END_STREAM)), ['head 2 200 end', 'end 2']);
  });
});

describe('cancel', () => {
  test('tells the server, and drops what still comes', () => {
    const conversation = new Conversation().begin();
    conversation.session.request(0, '\x83', 'a', false);
    conversation.session.cancel(0);
    assert.deepEqual(conversation.wrote(), ['headers 1 \x83', 'data 1 a', 'rst 1 00000008']);
    conversation.get(0);
    const late = [headers(1, ok), data(1, 'late'), headers(1, { a: 'b' }, END_STREAM), rst(1, 8)];
    assert.deepEqual(conversation.feed(...late, windowUpdate(1, 1)), []);
    assert.deepEqual(conversation.feed(headers(3, ok, END_STREAM)), ['head 0 200 end', 'end 0']);
  });

  test('with a code of its own', () => {
    const conversation = new Conversation().begin();
    conversation.get(0);
    conversation.session.cancel(0, 0);
    assert.deepEqual(conversation.wrote(), ['headers 1 \x82 end', 'rst 1 00000000']);
  });

  test('on a free slot it is nothing', () => {
    const conversation = new Conversation().begin();
    conversation.session.cancel(0);
    conversation.session.cancel(99);
    assert.deepEqual(conversation.wrote(), []);
  });

  test('from within the head of a response that ends with it', () => {
    const conversation = new Conversation().begin();
    conversation.get(0);
    conversation.log.react = (line) => {
      if (line !== 'head 0 200 end') return;
      conversation.session.cancel(0);
      conversation.session.request(0, 'again', null, true);
    };
    assert.deepEqual(conversation.feed(headers(1, ok, END_STREAM)), ['head 0 200 end']);
    assert.equal(conversation.session.active, 1);
  });

  test('from within a DATA frame that is cut: its rest is not the next request’s', () => {
    const conversation = new Conversation().begin();
    conversation.get(0);
    conversation.log.react = (line) => {
      if (line !== 'data 0 ab') return;
      conversation.session.cancel(0);
      conversation.get(0);
    };
    const frame = data(1, 'abcd', END_STREAM);
    assert.deepEqual(conversation.feed(headers(1, ok), frame.subarray(0, 11)), ['head 0 200', 'data 0 ab']);
    assert.deepEqual(conversation.feed(frame.subarray(11)), []);
    assert.equal(conversation.session.active, 1);
  });

  for (const moment of ['head 0 200', 'data 0 abc', 'trailers 0 -1']) {
    test(`from within "${moment}", the slot used again at once`, () => {
      const conversation = new Conversation().begin();
      const { session } = conversation;
      conversation.get(0);
      conversation.log.react = (line) => {
        if (line !== moment) return;
        session.cancel(0);
        session.request(0, 'again', null, true);
      };
      const response = [headers(1, ok), data(1, 'abc'), data(1, 'def'), headers(1, { a: 'b' }, END_STREAM)];
      const events = conversation.feed(...response);
      assert.equal(events.at(-1), moment);
      assert.deepEqual(conversation.wrote(), ['headers 1 \x82 end', 'rst 1 00000008', 'headers 3 again end']);
      assert.deepEqual(conversation.feed(headers(3, ok, END_STREAM)), ['head 0 200 end', 'end 0']);
    });
  }
});

describe('stream ids run out', () => {
  test('the last one is used, then no request is taken', () => {
    const conversation = new Conversation({ maxStreamId: 5 }).begin();
    for (const slot of [0, 1, 2]) {
      assert.equal(conversation.session.accepting, true);
      assert.equal(conversation.get(slot), true);
    }
    assert.equal(conversation.session.accepting, false);
    assert.equal(conversation.get(3), false);
    assert.deepEqual(conversation.wrote(), [
      'headers 1 \x82 end',
      'headers 3 \x82 end',
      'headers 5 \x82 end',
    ]);
    assert.deepEqual(conversation.feed(headers(5, ok, END_STREAM)), ['head 2 200 end', 'end 2']);
    assert.equal(conversation.session.active, 2);
  });

  test('those that wait have their ids kept for them', () => {
    const conversation = new Conversation({ maxStreamId: 3 });
    conversation.session.takeOutbox();
    assert.deepEqual(
      [0, 1, 2].map((slot) => conversation.get(slot)),
      [true, true, false],
    );
    conversation.feed(settings(), settingsAck);
    assert.equal(conversation.session.active, 2);
  });
});

test('a slot in use is refused loudly: that is a mistake of the caller', () => {
  const conversation = new Conversation().begin();
  conversation.get(0);
  assert.throws(() => conversation.get(0), RangeError);
  assert.throws(() => conversation.get(4), RangeError);
});
