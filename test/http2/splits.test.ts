import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Conversation } from './conversation.js';
import {
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

const ok = { ':status': '200', server: 'test' };

/** What servers say, for requests on streams 1, 3, 5 and 7, each followed by its end. */
const transcripts: Record<string, Buffer[]> = {
  'four responses, interleaved': [
    settings({ 3: 100, 4: 4 }),
    settingsAck,
    headers(1, ok),
    headers(3, { ...ok, 'content-length': '6' }),
    data(1, '\x04abc\0\0\0\0', PADDED),
    data(3, 'def'),
    ping('12345678'),
    windowUpdate(5, 100),
    headers(5, { ':status': '103' }),
    frame(0x42, 0, 0, 'of a type to come'),
    data(3, 'ghi', END_STREAM),
    data(1, ''),
    headers(1, { 'grpc-status': '5', 'grpc-message': 'no' }, END_STREAM),
    frame(Type.headers, END_STREAM, 5, '\0\x07:sta'),
    frame(Type.continuation, 0, 5, ''),
    frame(Type.continuation, END_HEADERS, 5, 'tus\x03204'),
    rst(7, 8),
  ],
  'a GOAWAY in the middle': [
    settings(),
    settingsAck,
    headers(1, ok),
    headers(3, ok),
    goaway(3, 0, 'maintenance'),
    data(3, 'x'.repeat(300), END_STREAM),
    data(1, 'y', END_STREAM),
  ],
  'malformed streams, then a broken connection': [
    settings({ 1: 0 }),
    settingsAck,
    headers(1, { server: 'no status' }),
    headers(3, { ...ok, 'content-length': '3' }),
    data(1, 'dropped', END_STREAM),
    data(3, 'abcd'),
    headers(5, ok),
    data(5, '\x09short', PADDED),
  ],
  'an answer in HTTP/1': [Buffer.from('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')],
};

/** Everything a session says and writes when the bytes are cut there. */
function play(bytes: Buffer, cuts: readonly number[]): string[] {
  const conversation = new Conversation();
  conversation.session.takeOutbox();
  for (const slot of [0, 1, 2]) conversation.session.request(slot, '\x82', null, true);
  conversation.session.request(3, '\x83', 'a body', true);
  const { log, session } = conversation;
  const shared = Buffer.alloc(bytes.length);
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    shared.fill(0xee);
    bytes.copy(shared, 0, from, cut);
    session.feed(shared, 0, cut - from);
    from = cut;
  }
  return [...log.lines, ...conversation.wrote()];
}

for (const [what, frames] of Object.entries(transcripts)) {
  describe(what, () => {
    const bytes = Buffer.concat(frames);
    const whole = play(bytes, []);

    test('cut once, anywhere', () => {
      for (let cut = 0; cut <= bytes.length; cut++) assert.deepEqual(play(bytes, [cut]), whole, `at ${cut}`);
    });

    test('byte by byte', () => {
      assert.deepEqual(play(bytes, Array.from(bytes.keys())), whole);
    });

    test('cut at random', () => {
      fc.assert(
        fc.property(fc.array(fc.nat(bytes.length), { maxLength: 20 }), (cuts) => {
          assert.deepEqual(
            play(
              bytes,
              cuts.sort((a, b) => a - b),
            ),
            whole,
          );
        }),
      );
    });
  });
}

test('the transcripts say what they are meant to', () => {
  const said = (what: string) => play(Buffer.concat(transcripts[what] ?? []), []);
  const first = said('four responses, interleaved');
  for (const line of [
    'trailers 0 5',
    'end 0',
    'data 1 defghi',
    'end 1',
    'head 2 204 end',
    'end 2',
    'reset 3 CANCEL by peer',
  ])
    assert.ok(first.includes(line), line);
  assert.ok(said('a GOAWAY in the middle').includes('end 1'));
  assert.match(
    said('malformed streams, then a broken connection').join('\n'),
    /error PROTOCOL_ERROR padding longer/,
  );
  assert.match(said('an answer in HTTP/1').join('\n'), /error FRAME_SIZE_ERROR an answer in HTTP\/1/);
});
