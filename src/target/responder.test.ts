import assert from 'node:assert/strict';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { Counters } from './counters.js';
import { Responder } from './responder.js';

/** Keeps what it is given, one text for each time the stream hands something to the kernel. */
class RecordingSocket extends Socket {
  readonly writes: string[] = [];

  override _write(chunk: Buffer | string, _: BufferEncoding, done: () => void): void {
    this.writes.push(chunk.toString('latin1'));
    done();
  }

  override _writev(chunks: { chunk: Buffer | string; encoding: BufferEncoding }[], done: () => void): void {
    this.writes.push(chunks.map(({ chunk }) => chunk.toString('latin1')).join(''));
    done();
  }
}

function writesOf(split: boolean): string[] {
  const socket = new RecordingSocket();
  const req = new IncomingMessage(socket);
  req.method = 'GET';
  const res = new ServerResponse(req);
  res.assignSocket(socket);
  new Responder(new Counters(), split).send(req, res, 200, [], 'body');
  return socket.writes;
}

test('head and body leave in one write, or in two when split', () => {
  const together = writesOf(false);
  assert.equal(together.length, 1);
  assert.match(together[0] ?? '', /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nbody$/);

  const [head = '', body, ...rest] = writesOf(true);
  assert.ok(head.endsWith('\r\n\r\n'));
  assert.equal(body, 'body');
  assert.deepEqual(rest, []);
});
