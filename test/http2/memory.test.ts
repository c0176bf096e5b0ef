import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Http2Session, ResponseHeads } from '#zipfire/wire/http2/index.js';
import { EventLog } from './conversation.js';
import { data, END_STREAM, headers, ping, rst, settings, settingsAck, windowUpdate } from './frames.js';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

function heapBytes(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

const SLOTS = 20;
const ok = { ':status': '200', server: 'test' };

/**
 * One turn on all slots, each slot ending in its own way: a whole response, one with a head never seen before,
 * reset, cancelled, malformed, or as an upload that waits for its window.
 */
function turn(session: Http2Session, firstId: number): void {
  const answers: Buffer[] = [ping('12345678'), windowUpdate(0, 100)];
  for (let slot = 0; slot < SLOTS; slot++) {
    const id = firstId + 2 * slot;
    const way = slot % 6;
    session.request(slot, '\x82', way === 5 ? 'b'.repeat(200) : null, true);
    if (way === 0) answers.push(headers(id, ok), data(id, 'x'.repeat(100), END_STREAM));
    else if (way === 1) answers.push(headers(id, { ...ok, 'x-request-id': `id-${id}` }, END_STREAM));
    else if (way === 2) answers.push(headers(id, ok), rst(id, 2));
    else if (way === 3) session.cancel(slot);
    else if (way === 4) answers.push(headers(id, { server: 'no status' }));
    else answers.push(headers(id, ok, END_STREAM), rst(id, 0));
  }
  session.takeOutbox();
  const bytes = Buffer.concat(answers);
  // Cut within a frame, so that a part is kept from one read to the next.
  session.feed(bytes, 0, bytes.length - 3);
  session.feed(bytes, bytes.length - 3, bytes.length);
  session.takeOutbox();
}

test('a hundred thousand requests, however they end, leave nothing behind', () => {
  const log = new EventLog();
  let ended = 0;
  log.react = () => {
    ended++;
    log.lines.length = 0;
  };
  const heads = new ResponseHeads({ capture: true, maxListSize: 65_536 });
  const session = new Http2Session(log, heads, { slots: SLOTS, headerTableSize: 4096 });
  const begin = Buffer.concat([settings({ 4: 50 }), settingsAck]);
  session.feed(begin, 0, begin.length);
  let id = 1;
  const run = (turns: number) => {
    for (let i = 0; i < turns; i++, id += 2 * SLOTS) turn(session, id);
  };
  run(500);
  const before = heapBytes();
  run(5000);
  const after = heapBytes();
  assert.equal(session.closed, false);
  assert.equal(session.active, 0);
  assert.ok(ended > 100_000, `${ended} events`);
  // Ten bytes for each request would be a leak of a megabyte.
  assert.ok(after - before < 1_000_000, `${after - before} bytes more`);
});
