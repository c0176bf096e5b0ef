import assert from 'node:assert/strict';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import type { Responder } from '../../support/peer.js';
import { check } from '../contract/bench.js';
import { client, undici } from './subject.js';

const text = Buffer.from('the same words again and again, '.repeat(1_000));
const on = client({ decompress: true });

function encoded(coding: string, body: Buffer): Responder {
  return ({ method, connection }) => {
    connection.write(
      `HTTP/1.1 200 OK\r\nContent-Encoding: ${coding}\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    if (method !== 'HEAD') connection.write(body);
  };
}

const whole: readonly (readonly [title: string, coding: string, body: Buffer])[] = [
  ['gzip', 'gzip', gzipSync(text)],
  ['gzip, by its old name, in upper case', 'X-GZIP', gzipSync(text)],
  ['deflate', 'deflate', deflateSync(text)],
  ['deflate, bare', 'deflate', deflateRawSync(text)],
  ['br', 'br', brotliCompressSync(text)],
  ['two codings', 'gzip, br', brotliCompressSync(gzipSync(text))],
  ['identity', 'identity', text],
  ['a coding that was not asked for', 'zip-a-dee', text],
  ['nothing at all', 'gzip', Buffer.alloc(0)],
];
for (const [title, coding, body] of whole) {
  check(undici, `decompresses: ${title}`, [], async (bench) => {
    const peer = await bench.peer(encoded(coding, body));
    const harness = await bench.driver(peer, on);
    for (let i = 0; i < 2; i++) {
      const { kind, bytesIn } = await harness.request();
      assert.equal(kind, 'ok');
      // What came over the wire, not what it grew to.
      assert.ok(bytesIn >= body.length && bytesIn < body.length + 200);
    }
    assert.equal(peer.requests[0]?.header('accept-encoding'), 'gzip, deflate, br');
    assert.equal(peer.connections.length, 1);
    assert.equal(harness.bytesOut, peer.bytesIn);
  });
}

const broken: readonly (readonly [title: string, coding: string, body: Buffer])[] = [
  ['what is no gzip', 'gzip', text],
  ['gzip that is cut', 'gzip', gzipSync(text).subarray(0, -20)],
  ['gzip with a wrong checksum', 'gzip', withByte(gzipSync(text), -6, 0x55)],
  ['brotli that is cut', 'br', brotliCompressSync(text).subarray(0, -3)],
  ['a body that grows beyond the limit', 'gzip', gzipSync(Buffer.alloc(2_000_000))],
  ['a body that grows in two steps', 'gzip, gzip', gzipSync(gzipSync(Buffer.alloc(20_000_000)))],
];
for (const [title, coding, body] of broken) {
  check(undici, `does not take for whole: ${title}`, [], async (bench) => {
    const peer = await bench.peer(encoded(coding, body));
    const harness = await bench.driver(peer, { ...on, maxBodyBytes: 1_000_000 });
    assert.equal((await harness.request()).kind, 'protocol');
    assert.equal((await harness.request({ method: 'HEAD' })).kind, 'ok');
  });
}

check(undici, 'without decompression nothing is asked for and nothing is looked into', [], async (bench) => {
  const peer = await bench.peer(encoded('gzip', text));
  const harness = await bench.driver(peer);
  assert.equal((await harness.request()).kind, 'ok');
  assert.equal(peer.requests[0]?.header('accept-encoding'), null);
});

check(undici, 'an Accept-Encoding of the operation stays', [], async (bench) => {
  const peer = await bench.peer((request) => request.respond(200));
  const harness = await bench.driver(peer, on);
  await harness.request({ headers: [['accept-encoding', 'br;q=1']] });
  assert.equal(peer.requests[0]?.header('accept-encoding'), 'br;q=1');
});

function withByte(bytes: Buffer, at: number, value: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[bytes.length + at] = (changed[bytes.length + at] ?? 0) ^ value;
  return changed;
}
