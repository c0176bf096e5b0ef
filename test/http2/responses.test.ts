import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Http2Session, type ResponseHead, ResponseHeads } from '#zipfire/wire/http2/index.js';
import { Conversation, EventLog } from './conversation.js';
import {
  data,
  END_HEADERS,
  END_STREAM,
  frame,
  headers,
  PADDED,
  settings,
  settingsAck,
  Type,
} from './frames.js';

const ok = { ':status': '200' };

describe('a response', () => {
  const table: [what: string, bytes: Buffer[], events: string[]][] = [
    ['of a head alone', [headers(1, ok, END_STREAM)], ['head 0 200 end', 'end 0']],
    ['with content', [headers(1, ok), data(1, 'abc', END_STREAM)], ['head 0 200', 'data 0 abc', 'end 0']],
    [
      'with content in frames, and an empty last one',
      [headers(1, ok), data(1, 'abc'), data(1, 'def'), data(1, '', END_STREAM)],
      ['head 0 200', 'data 0 abcdef', 'end 0'],
    ],
    [
      'with padding, which is not content',
      [headers(1, { ...ok, 'content-length': '3' }), data(1, '\x05abc\0\0\0\0\0', END_STREAM | PADDED)],
      ['head 0 200', 'data 0 abc', 'end 0'],
    ],
    [
      'with trailers',
      [headers(1, ok), data(1, 'abc'), headers(1, { 'grpc-status': '7' }, END_STREAM)],
      ['head 0 200', 'data 0 abc', 'trailers 0 7', 'end 0'],
    ],
    [
      'with trailers and no content',
      [headers(1, ok), headers(1, { 'grpc-status': '0' }, END_STREAM)],
      ['head 0 200', 'trailers 0 0', 'end 0'],
    ],
    [
      'after informational ones',
      [
        headers(1, { ':status': '100' }),
        headers(1, { ':status': '103', link: '</x>' }),
        headers(1, ok, END_STREAM),
      ],
      ['head 0 200 end', 'end 0'],
    ],
    [
      'whose head is spread over CONTINUATION',
      [
        frame(Type.headers, END_STREAM, 1, '\0\x07:sta'),
        frame(Type.continuation, 0, 1, 'tus\x03'),
        frame(Type.continuation, END_HEADERS, 1, '200'),
      ],
      ['head 0 200 end', 'end 0'],
    ],
    [
      'whose content is as long as announced',
      [headers(1, { ...ok, 'content-length': '6' }), data(1, 'abc'), data(1, 'def', END_STREAM)],
      ['head 0 200', 'data 0 abcdef', 'end 0'],
    ],
    [
      '304 with a length and no content',
      [headers(1, { ':status': '304', 'content-length': '5' }, END_STREAM)],
      ['head 0 304 end', 'end 0'],
    ],
    ['204', [headers(1, { ':status': '204' }, END_STREAM)], ['head 0 204 end', 'end 0']],
  ];
  for (const [what, bytes, events] of table) {
    test(what, () => {
      const conversation = new Conversation().begin();
      conversation.get(0);
      conversation.wrote();
      assert.deepEqual(conversation.feed(...bytes), events);
      assert.deepEqual(conversation.wrote(), []);
      assert.equal(conversation.session.active, 0);
      assert.equal(conversation.session.bytesIn(0), Buffer.concat(bytes).length);
    });
  }

  test('on a slot that was used before: nothing is left of the one before it', () => {
    const conversation = new Conversation().begin();
    for (const id of [1, 3, 5]) {
      conversation.get(0);
      const bytes = [headers(id, { ...ok, 'content-length': '3' }), data(id, 'abc', END_STREAM)];
      assert.deepEqual(conversation.feed(...bytes), ['head 0 200', 'data 0 abc', 'end 0']);
      assert.equal(conversation.session.bytesIn(0), Buffer.concat(bytes).length);
    }
  });

  test('to HEAD: a length and no content', () => {
    const conversation = new Conversation().begin();
    conversation.session.request(0, '\x82', null, true, true);
    const head = headers(1, { ...ok, 'content-length': '5' }, END_STREAM);
    assert.deepEqual(conversation.feed(head), ['head 0 200 end', 'end 0']);
    conversation.get(0);
    assert.match(
      conversation.feed(headers(3, { ...ok, 'content-length': '5' }, END_STREAM))[1] ?? '',
      /^reset 0/,
    );
  });
});

describe('a malformed response ends its stream, not the connection', () => {
  const length5 = { ...ok, 'content-length': '5' };
  const table: [what: string, bytes: Buffer[], reason: RegExp][] = [
    [
      'without :status',
      [headers(1, { server: 'x' })],
      /PROTOCOL_ERROR by session: a response without :status/,
    ],
    ['an empty head', [headers(1, {})], /without :status/],
    [
      'with a forbidden field',
      [headers(1, { ...ok, connection: 'close' })],
      /connection, which HTTP\/2 does not have/,
    ],
    ['101', [headers(1, { ':status': '101' })], /status 101/],
    [
      '1xx that ends the stream',
      [headers(1, { ':status': '100' }, END_STREAM)],
      /informational response that ends/,
    ],
    ['content before the head', [data(1, 'abc')], /DATA before the head/],
    [
      'content after an informational head',
      [headers(1, { ':status': '100' }), data(1, 'abc')],
      /DATA before the head/,
    ],
    [
      'content shorter than announced',
      [headers(1, length5), data(1, 'abc', END_STREAM)],
      /shorter than its content-length/,
    ],
    ['no content though announced', [headers(1, length5, END_STREAM)], /shorter than its content-length/],
    [
      'content longer than announced',
      [headers(1, length5), data(1, 'abcdef')],
      /longer than its content-length/,
    ],
    ['short content before trailers', [headers(1, length5), headers(1, { a: 'b' }, END_STREAM)], /shorter/],
    ['204 with content', [headers(1, { ':status': '204' }), data(1, 'a')], /longer than its content-length/],
    ['304 with content', [headers(1, { ':status': '304', 'content-length': '1' }), data(1, 'a')], /longer/],
    [
      'trailers that do not end the stream',
      [headers(1, ok), headers(1, { a: 'b' })],
      /trailers that do not end/,
    ],
    ['trailers with :status', [headers(1, ok), headers(1, ok, END_STREAM)], /trailers with :status/],
    [
      'trailers with another pseudo-header',
      [headers(1, ok), headers(1, { ':path': '/' }, END_STREAM)],
      /pseudo-header/,
    ],
  ];
  for (const [what, bytes, reason] of table) {
    test(what, () => {
      const conversation = new Conversation().begin();
      conversation.get(0);
      conversation.get(1);
      conversation.wrote();
      assert.match(conversation.feed(...bytes).at(-1) ?? '', reason);
      assert.deepEqual(conversation.wrote(), ['rst 1 00000001']);
      assert.deepEqual(conversation.feed(data(1, 'late', END_STREAM)), [], 'what comes after it is dropped');
      assert.deepEqual(conversation.feed(headers(3, ok, END_STREAM)), ['head 1 200 end', 'end 1']);
    });
  }

  test('a header list above the limit, of literals or out of the table', () => {
    const conversation = new Conversation({}, 200).begin();
    conversation.get(0);
    assert.deepEqual(conversation.feed(headers(1, { ...ok, big: 'x'.repeat(130) }, END_STREAM)), [
      'reset 0 PROTOCOL_ERROR by session: a header list above the size allowed',
    ]);
    conversation.get(0);
    // One entry in the table, then a byte for each copy of it.
    const bomb = `\x88\x40\x01a\x40${'x'.repeat(64)}${'\xbe'.repeat(1000)}`;
    assert.match(
      conversation.feed(frame(Type.headers, END_HEADERS | END_STREAM, 3, bomb))[0] ?? '',
      /^reset 0 .* a header list above the size allowed$/,
    );
    conversation.get(0);
    const after = frame(Type.headers, END_HEADERS | END_STREAM, 5, '\x88\xbe');
    assert.deepEqual(conversation.feed(after), ['head 0 200 end', 'end 0'], 'the table is in step');
  });

  test('frames after the end of a response whose request goes on', () => {
    for (const late of [data(1, 'a'), data(1, ''), headers(1, { a: 'b' }, END_STREAM)]) {
      const conversation = new Conversation().begin();
      conversation.session.request(0, '\x83', null, false);
      conversation.wrote();
      const events = conversation.feed(headers(1, ok, END_STREAM), late);
      assert.match(
        events.at(-1) ?? '',
        /^reset 0 STREAM_CLOSED by session: .* after the end of the response$/,
      );
      assert.deepEqual(conversation.wrote(), ['rst 1 00000005']);
    }
  });
});

describe('header blocks', () => {
  test('of streams that are gone still count for the table', () => {
    const conversation = new Conversation().begin();
    conversation.get(0);
    conversation.session.cancel(0);
    conversation.get(1);
    const indexing = frame(Type.headers, END_HEADERS, 1, '\x88\x40\x0bgrpc-status\x011');
    assert.deepEqual(conversation.feed(indexing), []);
    conversation.feed(headers(3, ok));
    const indexed = frame(Type.headers, END_HEADERS | END_STREAM, 3, '\xbe');
    assert.deepEqual(conversation.feed(indexed), ['trailers 1 1', 'end 1']);
  });

  test('with a table of 0 acknowledged the next block opens with an update', () => {
    const conversation = new Conversation({ headerTableSize: 0 }).begin();
    conversation.get(0);
    conversation.get(1);
    const block = frame(Type.headers, END_HEADERS | END_STREAM, 1, '\x20\x88');
    assert.deepEqual(conversation.feed(block), ['head 0 200 end', 'end 0']);
    assert.deepEqual(conversation.feed(headers(3, ok, END_STREAM)), ['head 1 200 end', 'end 1']);
  });

  test('also when the same block was seen before on another connection', () => {
    const heads = new ResponseHeads({ capture: false, maxListSize: 65_536 });
    const answers = () => {
      const log = new EventLog();
      const session = new Http2Session(log, heads, { slots: 1 });
      const bytes = Buffer.concat([settings(), settingsAck]);
      session.feed(bytes, 0, bytes.length);
      session.request(0, '\x82', null, true);
      return { log, session };
    };
    const first = answers();
    const good = frame(Type.headers, END_HEADERS | END_STREAM, 1, '\x20\x88');
    first.session.feed(good, 0, good.length);
    first.session.request(0, '\x82', null, true);
    const bare = frame(Type.headers, END_HEADERS | END_STREAM, 3, '\x88');
    first.session.feed(bare, 0, bare.length);
    assert.equal(first.log.lines.filter((line) => line === 'end 0').length, 2);

    const second = answers();
    const missing = frame(Type.headers, END_HEADERS | END_STREAM, 1, '\x88');
    second.session.feed(missing, 0, missing.length);
    assert.equal(
      second.log.lines.at(-1),
      'error COMPRESSION_ERROR HPACK: no table size update after the limit was lowered',
    );
  });

  test('before that the server may use its table, and blocks that do so are never taken from memory', () => {
    const conversation = new Conversation({ headerTableSize: 0 });
    conversation.feed(settings());
    const heads: string[] = [];
    let id = 1;
    for (const status of ['201', '202', '203']) {
      for (const block of [`\x48\x03${status}`, '\xbe']) {
        conversation.get(0);
        heads.push(...conversation.feed(frame(Type.headers, END_HEADERS | END_STREAM, id, block)));
        id += 2;
      }
    }
    const expected = [201, 201, 202, 202, 203, 203].flatMap((status) => [`head 0 ${status} end`, 'end 0']);
    assert.deepEqual(heads, expected);
  });

  test('all fields in order, when they are captured', () => {
    const seen: ResponseHead[] = [];
    const log = new EventLog();
    log.onHeaders = (_slot, head) => seen.push({ ...head });
    const session = new Http2Session(log, new ResponseHeads({ capture: true, maxListSize: 65_536 }), {
      slots: 2,
      headerTableSize: 4096,
    });
    const fields = { ':status': '200', 'x-a': '1', 'x-b': '2' };
    session.request(0, '\x82', null, true);
    session.request(1, '\x82', null, true);
    // The second one comes from memory.
    const bytes = Buffer.concat([settings(), headers(1, fields, END_STREAM), headers(3, fields, END_STREAM)]);
    session.feed(bytes, 0, bytes.length);
    assert.equal(seen.length, 2);
    for (const { names, values } of seen) {
      assert.deepEqual(names, [':status', 'x-a', 'x-b']);
      assert.deepEqual(values, ['200', '1', '2']);
    }
  });
});
