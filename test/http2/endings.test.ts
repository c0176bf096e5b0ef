import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ErrorCode } from '#zipfire/wire/http2/index.js';
import { Conversation } from './conversation.js';
import {
  ACK,
  data,
  END_HEADERS,
  END_STREAM,
  frame,
  framesOf,
  goaway,
  headers,
  ping,
  rst,
  settings,
  Type,
  windowUpdate,
} from './frames.js';

const ok = { ':status': '200' };

describe('GOAWAY', () => {
  test('streams above the last id were not looked at, those below go on', () => {
    const conversation = new Conversation().begin();
    for (const slot of [0, 1, 2]) conversation.get(slot);
    assert.deepEqual(conversation.feed(goaway(3, 0, 'bye')), [
      'goaway 3 NO_ERROR bye',
      'reset 2 REFUSED_STREAM by goaway: the server is leaving',
    ]);
    assert.equal(conversation.session.accepting, false);
    assert.equal(conversation.session.active, 2);
    assert.equal(conversation.get(3), false);
    const rest = [headers(1, ok, END_STREAM), headers(3, ok), data(3, 'abc', END_STREAM)];
    assert.deepEqual(conversation.feed(...rest), [
      'head 0 200 end',
      'end 0',
      'head 1 200',
      'data 1 abc',
      'end 1',
    ]);
    assert.equal(conversation.session.active, 0);
    assert.equal(conversation.session.closed, false);
  });

  test('requests that wait for a stream are refused with the others', () => {
    const conversation = new Conversation().begin({ 3: 1 });
    for (const slot of [0, 1, 2]) conversation.get(slot);
    assert.deepEqual(conversation.feed(goaway(1, 0)), [
      'goaway 1 NO_ERROR ',
      'reset 1 REFUSED_STREAM by goaway: the server is leaving',
      'reset 2 REFUSED_STREAM by goaway: the server is leaving',
    ]);
    conversation.wrote();
    conversation.feed(headers(1, ok, END_STREAM));
    assert.deepEqual(conversation.wrote(), [], 'nothing opens any more');
  });

  test('announced first with the highest id, then with the true one; it never rises', () => {
    const conversation = new Conversation().begin();
    for (const slot of [0, 1, 2]) conversation.get(slot);
    assert.deepEqual(conversation.feed(goaway(0x7fff_ffff, 0)), ['goaway 2147483647 NO_ERROR ']);
    assert.equal(conversation.session.active, 3);
    assert.deepEqual(conversation.feed(goaway(3, 0)), [
      'goaway 3 NO_ERROR ',
      'reset 2 REFUSED_STREAM by goaway: the server is leaving',
    ]);
    assert.deepEqual(conversation.feed(goaway(5, 0)), ['goaway 3 NO_ERROR ']);
    assert.deepEqual(conversation.feed(goaway(0, 11, 'x'.repeat(400))), [
      `goaway 0 ENHANCE_YOUR_CALM ${'x'.repeat(256)}`,
      'reset 0 REFUSED_STREAM by goaway: the server is leaving',
      'reset 1 REFUSED_STREAM by goaway: the server is leaving',
    ]);
  });

  test('streams that go on still get their windows', () => {
    const conversation = new Conversation().begin({ 4: 1 });
    conversation.session.request(0, '\x83', 'abc', true);
    conversation.wrote();
    conversation.feed(goaway(1, 0), windowUpdate(1, 2));
    assert.deepEqual(conversation.wrote(), ['data 1 bc end']);
  });

  test('ours: no new requests, and those that wait are refused', () => {
    const conversation = new Conversation().begin({ 3: 1 });
    conversation.get(0);
    conversation.get(1);
    conversation.wrote();
    conversation.log.lines.length = 0;
    conversation.session.goaway();
    conversation.session.goaway();
    assert.deepEqual(conversation.log.lines, ['reset 1 REFUSED_STREAM by goaway: the session is closing']);
    assert.deepEqual(conversation.wrote(), ['goaway 0 0000000000000000']);
    assert.equal(conversation.get(2), false);
    assert.deepEqual(conversation.feed(headers(1, ok, END_STREAM)), ['head 0 200 end', 'end 0']);
  });
});

describe('RST_STREAM', () => {
  test('with every code, known or not', () => {
    const names: [number, string][] = [
      ...Object.values(ErrorCode).map((code): [number, string] => [code, '']),
      [0x63, '0x63'],
      [0xffff_ffff, '0xffffffff'],
    ];
    for (const [code, name] of names) {
      const conversation = new Conversation().begin();
      conversation.get(0);
      const [event = '', ...rest] = conversation.feed(rst(1, code));
      assert.deepEqual(rest, []);
      assert.match(event, new RegExp(`^reset 0 ${name}.* by peer$`));
      assert.equal(conversation.get(0), true);
    }
  });

  test('after the head, within the content', () => {
    const conversation = new Conversation().begin();
    conversation.get(0);
    const bytes = [headers(1, ok), data(1, 'abc'), rst(1, 2), data(1, 'late', END_STREAM)];
    assert.deepEqual(conversation.feed(...bytes), [
      'head 0 200',
      'data 0 abc',
      'reset 0 INTERNAL_ERROR by peer',
    ]);
  });

  test('of a stream that was closed already is nothing', () => {
    const conversation = new Conversation().begin();
    conversation.get(0);
    assert.deepEqual(conversation.feed(headers(1, ok, END_STREAM), rst(1, 0)), ['head 0 200 end', 'end 0']);
  });

  test('NO_ERROR without a whole response is no good end', () => {
    const conversation = new Conversation().begin();
    conversation.get(0);
    assert.deepEqual(conversation.feed(headers(1, ok), rst(1, 0)), [
      'head 0 200',
      'reset 0 NO_ERROR by peer',
    ]);
  });
});

describe('PING', () => {
  test('is echoed', () => {
    const conversation = new Conversation().begin();
    assert.deepEqual(conversation.feed(ping('12345678')), []);
    assert.deepEqual(conversation.wrote(), [`ping 0 ack ${Buffer.from('12345678').toString('hex')}`]);
  });

  test('ours comes back', () => {
    const conversation = new Conversation().begin();
    conversation.session.ping('abcdefgh');
    assert.deepEqual(framesOf(conversation.session.takeOutbox()), [
      { type: 'ping', flags: 0, id: 0, payload: 'abcdefgh' },
    ]);
    assert.deepEqual(conversation.feed(ping('abcdefgh', ACK)), ['pong abcdefgh']);
    assert.deepEqual(conversation.wrote(), []);
  });
});

describe('what ends the connection', () => {
  const idle = 'on an idle stream';
  const table: [what: string, bytes: Buffer, error: string][] = [
    ['DATA, idle', data(3, 'a'), `PROTOCOL_ERROR DATA ${idle}`],
    ['HEADERS, idle', headers(3, ok), `PROTOCOL_ERROR HEADERS ${idle}`],
    ['HEADERS of an even stream', headers(2, ok), `PROTOCOL_ERROR HEADERS ${idle}`],
    ['RST_STREAM, idle', rst(3, 0), `PROTOCOL_ERROR RST_STREAM ${idle}`],
    ['WINDOW_UPDATE, idle', windowUpdate(3, 1), `PROTOCOL_ERROR WINDOW_UPDATE ${idle}`],
    [
      'PUSH_PROMISE',
      frame(Type.push, END_HEADERS, 1, '\0\0\0\x02\x82'),
      'PROTOCOL_ERROR PUSH_PROMISE, which was switched off',
    ],
    ['ENABLE_PUSH', settings({ 2: 1 }), 'PROTOCOL_ERROR a server that sets ENABLE_PUSH'],
    ['MAX_FRAME_SIZE too small', settings({ 5: 16_383 }), 'PROTOCOL_ERROR a MAX_FRAME_SIZE out of range'],
    ['MAX_FRAME_SIZE too large', settings({ 5: 2 ** 24 }), 'PROTOCOL_ERROR a MAX_FRAME_SIZE out of range'],
    [
      'INITIAL_WINDOW_SIZE too large',
      settings({ 4: 2 ** 31 }),
      'FLOW_CONTROL_ERROR an INITIAL_WINDOW_SIZE above 2^31 - 1',
    ],
    [
      'a header block that can not be decoded',
      frame(Type.headers, END_HEADERS, 1, '\xff'),
      'COMPRESSION_ERROR HPACK: a header field that is cut off',
    ],
    ['a frame too large', data(1, Buffer.alloc(16_385)), 'FRAME_SIZE_ERROR a frame above the size allowed'],
  ];
  for (const [what, bytes, error] of table) {
    test(what, () => {
      const conversation = new Conversation().begin({ 3: 1 });
      conversation.get(0);
      conversation.get(1);
      conversation.wrote();
      const [code, ...reason] = error.split(' ');
      assert.deepEqual(conversation.feed(bytes, ping('too late')), [
        `reset 0 ${code} by connection: ${reason.join(' ')}`,
        `reset 1 ${code} by connection: ${reason.join(' ')}`,
        `error ${error}`,
      ]);
      const { session } = conversation;
      const [last, ...more] = framesOf(session.takeOutbox());
      assert.deepEqual(more, []);
      assert.equal(last?.type, 'goaway');
      assert.equal(last?.payload.slice(8), reason.join(' '));
      assert.equal(session.closed, true);
      assert.equal(session.accepting, false);
      assert.deepEqual(conversation.feed(settings(), headers(1, ok)), []);
      assert.equal(conversation.get(0), false);
      session.send(0, 'x', true);
      session.cancel(0);
      session.ping('12345678');
      session.goaway();
      session.disconnect('closed');
      assert.deepEqual(conversation.wrote(), [], 'it says nothing any more');
      assert.deepEqual(conversation.log.lines, []);
    });
  }

  test('settings that are allowed at their bounds, and unknown ones', () => {
    const conversation = new Conversation().begin();
    for (const values of [
      { 5: 16_384 },
      { 5: 2 ** 24 - 1 },
      { 4: 0 },
      { 4: 2 ** 31 - 1 },
      { 2: 0 },
      { 99: 7 },
      { 6: 0 },
    ])
      assert.deepEqual(conversation.feed(settings(values)), []);
  });
});

describe('the connection is lost', () => {
  test('every request hears of it, once', () => {
    const conversation = new Conversation().begin({ 3: 1 });
    conversation.get(0);
    conversation.get(1);
    conversation.log.lines.length = 0;
    conversation.session.disconnect('ECONNRESET');
    conversation.session.disconnect('again');
    assert.deepEqual(conversation.log.lines, [
      'reset 0 CONNECT_ERROR by connection: ECONNRESET',
      'reset 1 CONNECT_ERROR by connection: ECONNRESET',
    ]);
    assert.equal(conversation.session.closed, true);
  });

  test('from within an event: nothing of the bytes being read follows', () => {
    const conversation = new Conversation().begin();
    conversation.get(0);
    conversation.get(1);
    conversation.log.react = (line) => {
      if (line === 'data 0 abc') conversation.session.disconnect('enough');
    };
    const events = conversation.feed(headers(1, ok), data(1, 'abc', END_STREAM), headers(3, ok, END_STREAM));
    assert.deepEqual(events, [
      'head 0 200',
      'data 0 abc',
      'reset 0 CONNECT_ERROR by connection: enough',
      'reset 1 CONNECT_ERROR by connection: enough',
    ]);
  });

  test('a request made from within the last reset is not taken', () => {
    const conversation = new Conversation().begin();
    conversation.get(0);
    const taken: boolean[] = [];
    conversation.log.react = (line) => {
      if (line.startsWith('reset')) taken.push(conversation.get(0));
    };
    conversation.feed(headers(3, ok));
    assert.deepEqual(taken, [false]);
  });
});
