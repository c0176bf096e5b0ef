/**
 * What one request costs inside `wire/http2`, with no socket, 8 connections × 32 streams: rendering the header
 * block, opening the stream, reading the response, and turning the outbox into bytes as a socket's write would.
 * Responses are canned; what it takes to put the right stream ids into them is measured by itself and taken off.
 * `node bench/http2-session.js`
 */
import { pathToFileURL } from 'node:url';
import { compileBlock, encodeStateless } from '../dist/wire/hpack/index.js';
import { Http2Session, ResponseHeads } from '../dist/wire/http2/index.js';

const STREAMS = 32;
const CONNECTIONS = 8;
const TURNS = 400;
/** The best of so many counts: what disturbs one only adds to it. The first ones warm up. */
const ROUNDS = 12;

/** @returns {Promise<{ what: string, figure: number, unit: string }[]>} */
export async function run() {
  return workloads().map(([what, response, requestBody]) => {
    const figures = Array.from({ length: ROUNDS }, () => measure(response, requestBody, TURNS));
    return { what, figure: Number(Math.min(...figures).toFixed(3)), unit: 'µs/request' };
  });
}

function workloads() {
  const head = [
    [':status', '200'],
    ['server', 'nghttpd nghttp2/1.52.0'],
    ['cache-control', 'max-age=3600'],
    ['date', 'Fri, 20 Nov 2026 18:47:10 GMT'],
    ['content-length', '32'],
    ['last-modified', 'Fri, 20 Nov 2026 18:00:00 GMT'],
    ['content-type', 'text/plain'],
  ];
  const grpcHead = [
    [':status', '200'],
    ['content-type', 'application/grpc'],
  ];
  const body = 'x'.repeat(32);
  return [
    ['GET, the head seen before', [() => block(head), body, null], null],
    [
      'GET, every head new',
      [(i) => block([...head, ['x-request-id', `id-${i}-${i * 7919}`]]), body, null],
      null,
    ],
    [
      'gRPC unary',
      [() => block(grpcHead), body, block([['grpc-status', '0']])],
      '\0\0\0\0\x0fmessage-message',
    ],
  ];
}

function block(fields) {
  return fields.map(([name, value]) => encodeStateless({ name, value }, true)).join('');
}

/** Microseconds of user time a request, over so many turns of all connections with all their streams. */
function measure([head, body, trailers], requestBody, turns) {
  let done = 0;
  const heads = new ResponseHeads({ capture: false, maxListSize: 65_536 });
  const template = compileBlock(
    [
      { name: ':method', value: [requestBody === null ? 'GET' : 'POST'] },
      { name: ':scheme', value: ['http'] },
      { name: ':authority', value: ['127.0.0.1:8080'] },
      { name: ':path', value: ['/kv/', 0] },
      { name: 'user-agent', value: ['zipfire'] },
    ],
    false,
  );
  const handler = {
    onReady() {},
    onHeaders() {},
    onData() {},
    onTrailers() {},
    onEarlyEnd() {},
    onEnd() {
      done++;
    },
    onReset(_slot, code, _by, reason) {
      throw new Error(`stream reset: ${code} ${reason}`);
    },
    onDrain() {},
    onPong() {},
    onGoaway() {},
    onError(code, reason) {
      throw new Error(`session failed: ${code} ${reason}`);
    },
  };
  const hello = Buffer.from(frame(4, 0, 0, '') + frame(4, 1, 0, '') + frame(8, 0, 0, '\x7f\0\0\0'), 'latin1');
  const sessions = Array.from({ length: CONNECTIONS }, () => {
    const session = new Http2Session(handler, heads, { slots: STREAMS });
    session.feed(hello, 0, hello.length);
    const first = answers((i) => `\x20${head(i)}`, body, trailers, 1);
    openAll(session, template, requestBody, 1);
    first.patch(1);
    session.feed(first.bytes, 0, first.bytes.length);
    session.takeOutbox();
    return session;
  });
  // As many different canned reads as keep the cache from knowing the new heads.
  const canned = Array.from({ length: 64 }, (_, i) =>
    answers((j) => head(i * STREAMS + j), body, trailers, STREAMS),
  );
  const out = Buffer.alloc(1 << 20);
  done = 0;

  const before = process.cpuUsage();
  let firstId = 3;
  for (let turn = 0; turn < turns; turn++) {
    for (const session of sessions) {
      openAll(session, template, requestBody, STREAMS);
      out.latin1Write(session.takeOutbox());
      const read = canned[turn % canned.length];
      read.patch(firstId);
      session.feed(read.bytes, 0, read.bytes.length);
    }
    firstId += 2 * STREAMS;
  }
  const spent = process.cpuUsage(before);

  const idle = process.cpuUsage();
  for (let turn = 0; turn < turns; turn++)
    for (let i = 0; i < CONNECTIONS; i++) canned[turn % canned.length].patch(firstId);
  const patching = process.cpuUsage(idle);
  if (done !== turns * CONNECTIONS * STREAMS) throw new Error(`${done} requests ended`);
  return (spent.user - patching.user) / done;
}

const values = Array.from({ length: 1024 }, (_, i) => [`user_${i * 977}`]);
let nextValue = 0;

function openAll(session, template, body, count) {
  for (let slot = 0; slot < count; slot++)
    session.request(slot, template.render(values[nextValue++ & 1023]), body, true);
}

/** The responses of `count` streams in one read; `patch` puts in ids from `firstId` on. */
function answers(head, body, trailers, count) {
  let text = '';
  const places = [];
  const add = (type, flags, stream, payload) => {
    places.push([text.length + 5, stream]);
    text += frame(type, flags, 0, payload);
  };
  for (let i = 0; i < count; i++) {
    add(1, 4, i, head(i));
    add(0, trailers === null ? 1 : 0, i, body);
    if (trailers !== null) add(1, 5, i, trailers);
  }
  const bytes = Buffer.from(text, 'latin1');
  const offsets = Int32Array.from(places, ([offset]) => offset);
  const steps = Int32Array.from(places, ([, stream]) => 2 * stream);
  const patch = (firstId) => {
    for (let i = 0; i < offsets.length; i++) {
      const id = firstId + steps[i];
      const at = offsets[i];
      bytes[at] = id >>> 24;
      bytes[at + 1] = id >>> 16;
      bytes[at + 2] = id >>> 8;
      bytes[at + 3] = id;
    }
  };
  return { bytes, patch };
}

function frame(type, flags, id, payload) {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(id, 5);
  return head.latin1Slice() + payload;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const { what, figure, unit } of await run())
    console.log(`${what.padEnd(40)}${String(figure).padStart(8)} ${unit}`);
}
