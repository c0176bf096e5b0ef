import assert from 'node:assert/strict';
import { constants } from 'node:http2';
import { suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { nowNs } from '#zipfire/core/index.js';
import { framed, type PeerCall } from '../../support/grpc-peer.js';
import { type CallOutcome, type CallSpec, callsTo } from './calls.js';

const { NGHTTP2_CANCEL, NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_INADEQUATE_SECURITY } = constants;
const { NGHTTP2_INTERNAL_ERROR, NGHTTP2_REFUSED_STREAM } = constants;

type Expected = `${CallOutcome['kind']} ${CallOutcome['status']}`;

/** What a server answers to a unary call, right and wrong, and what comes of it. */
const answers: readonly (readonly [
  title: string,
  answer: (call: PeerCall) => void,
  expected: Expected,
  spec?: CallSpec,
])[] = [
  ['one message and OK', respond(framed('hello')), 'ok OK'],
  ['an empty message', respond(framed('')), 'ok OK'],
  [
    'a content-type with a subtype',
    respond(framed('x'), { 'content-type': 'application/grpc+proto' }),
    'ok OK',
  ],
  [
    'a content-type with a parameter',
    respond(framed('x'), { 'content-type': 'application/grpc;x=y' }),
    'ok OK',
  ],
  ['no content-type', noContentType(framed('x')), 'ok OK'],
  ['a message a byte at a time', byteByByte(framed('hello')), 'ok OK'],
  ['1xx before the head', informational, 'ok OK'],
  ['a large message', respond(framed('x'.repeat(900_000))), 'ok OK'],

  ['a status', (call) => call.end({ 'grpc-status': '5' }), 'status NOT_FOUND'],
  [
    'a status after a message',
    respond(framed('x'), {}, { 'grpc-status': '9' }),
    'status FAILED_PRECONDITION',
  ],
  ['a status that gRPC does not have', (call) => call.end({ 'grpc-status': '99' }), 'status UNKNOWN'],
  ['a status that is no number', (call) => call.end({ 'grpc-status': 'x' }), 'status UNKNOWN'],
  [
    'a message in bad encoding',
    (call) => call.end({ 'grpc-status': '3', 'grpc-message': '%G%' }),
    'status INVALID_ARGUMENT',
  ],
  ['trailers only, OK, and so no message', (call) => call.end(), 'protocol UNIMPLEMENTED'],
  ['two messages', respond(Buffer.concat([framed('a'), framed('b')])), 'protocol UNIMPLEMENTED'],

  ['trailers without a status', respond(framed('x'), {}, { other: 'y' }), 'protocol UNKNOWN'],
  [
    'no trailers',
    ({ stream }) =>
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { endStream: true }),
    'protocol UNKNOWN',
  ],
  ['a page', httpStatus(200, 'text/html'), 'protocol UNKNOWN'],
  ['a page that claims to be OK', respond(framed('x'), { 'content-type': 'text/html' }), 'protocol UNKNOWN'],
  [
    'a type that only begins like one',
    respond(framed('x'), { 'content-type': 'application/grpc-web' }),
    'protocol UNKNOWN',
  ],
  ['HTTP 302', httpStatus(302), 'status UNKNOWN'],
  ['HTTP 400', httpStatus(400), 'status INTERNAL'],
  ['HTTP 401', httpStatus(401), 'status UNAUTHENTICATED'],
  ['HTTP 403', httpStatus(403), 'status PERMISSION_DENIED'],
  ['HTTP 404', httpStatus(404), 'status UNIMPLEMENTED'],
  ['HTTP 418', httpStatus(418), 'status UNKNOWN'],
  ['HTTP 429', httpStatus(429), 'status UNAVAILABLE'],
  ['HTTP 431', httpStatus(431), 'status INTERNAL'],
  ['HTTP 500', httpStatus(500), 'status UNKNOWN'],
  ['HTTP 502', httpStatus(502), 'status UNAVAILABLE'],
  ['HTTP 503', httpStatus(503), 'status UNAVAILABLE'],
  ['HTTP 504 with a page', httpStatus(504, 'text/html'), 'status UNAVAILABLE'],
  [
    'HTTP 503 with a status of gRPC',
    (call) => call.end({ ':status': 503, 'grpc-status': '8' }),
    'status RESOURCE_EXHAUSTED',
  ],

  ['a compressed message', respond(framed(gzipSync('hello'), 1), { 'grpc-encoding': 'gzip' }), 'ok OK'],
  [
    'a plain message where compressed ones may come',
    respond(framed('x'), { 'grpc-encoding': 'gzip' }),
    'ok OK',
  ],
  ['a compressed message without an encoding', respond(framed('x', 1)), 'protocol INTERNAL'],
  [
    'a compressed message that claims to be plain',
    respond(framed('x', 1), { 'grpc-encoding': 'identity' }),
    'protocol INTERNAL',
  ],
  [
    'a compressed message in an unknown encoding',
    respond(framed('x', 1), { 'grpc-encoding': 'zstd' }),
    'protocol INTERNAL',
  ],
  ['a flag that is none', respond(framed('x', 2)), 'protocol INTERNAL'],
  ['a message that is cut off', respond(framed('hello').subarray(0, 7)), 'protocol INTERNAL'],
  ['a prefix that is cut off', respond(framed('hello').subarray(0, 3)), 'protocol INTERNAL'],
  ['a message at the limit', respond(framed('x'.repeat(100))), 'ok OK', { maxMessageBytes: 100 }],
  [
    'a message beyond the limit',
    respond(framed('x'.repeat(101))),
    'protocol RESOURCE_EXHAUSTED',
    { maxMessageBytes: 100 },
  ],

  ['a reset before the head', ({ stream }) => stream.close(NGHTTP2_REFUSED_STREAM), 'read UNAVAILABLE'],
  ['CANCEL', ({ stream }) => stream.close(NGHTTP2_CANCEL), 'read CANCELLED'],
  ['ENHANCE_YOUR_CALM', ({ stream }) => stream.close(NGHTTP2_ENHANCE_YOUR_CALM), 'read RESOURCE_EXHAUSTED'],
  [
    'INADEQUATE_SECURITY',
    ({ stream }) => stream.close(NGHTTP2_INADEQUATE_SECURITY),
    'read PERMISSION_DENIED',
  ],
  ['a reset after the head', resetAfterHead, 'read INTERNAL'],
  ['a reset within a message', resetWithinMessage, 'read INTERNAL'],
  ['a cut', ({ session }) => session.destroy(), 'read UNAVAILABLE'],
  [
    'content beyond its content-length',
    respond(framed('hello'), { 'content-length': 5 }),
    'protocol INTERNAL',
  ],
];

suite('gRPC: what a server answers', { timeout: 60_000 }, () => {
  for (const [title, answer, expected, spec = {}] of answers) {
    test(title, async (t) => {
      const { calls } = await callsTo(t, (call) => {
        if (call.index === 0) answer(call);
        else respond(framed('again'))(call);
      });
      const { kind, status, sent, received } = await calls.call(spec);
      assert.equal(`${kind} ${status}`, expected);
      assert.deepEqual([sent, received], [0, 0], 'messages of a unary call are not told');
      const again = await calls.call();
      assert.equal(`${again.kind} ${again.status}`, 'ok OK', 'the next call');
    });
  }

  test('a server that leaves a call open: DEADLINE_EXCEEDED, and the server is told', async (t) => {
    const closed: number[] = [];
    const { calls } = await callsTo(
      t,
      (call) => {
        call.head();
        call.stream.on('close', () => closed.push(call.stream.rstCode));
      },
      { timeoutMs: 60 },
    );
    const { kind, status } = await calls.call();
    assert.equal(`${kind} ${status}`, 'timeout DEADLINE_EXCEEDED');
    while (closed.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(closed, [NGHTTP2_CANCEL]);
  });

  for (const [title, answer] of [
    ['CANCEL', ({ stream }: PeerCall) => stream.close(NGHTTP2_CANCEL)],
    ['CANCELLED', (call: PeerCall) => call.end({ 'grpc-status': '1' })],
    ['DEADLINE_EXCEEDED', (call: PeerCall) => call.end({ 'grpc-status': '4' })],
  ] as const) {
    test(`a server that sees the deadline pass first: ${title}`, async (t) => {
      // The driver looks every 100 ms; the server answers right after the deadline.
      const { calls } = await callsTo(t, (call) => setTimeout(answer, 1001, call), { timeoutMs: 1000 });
      const { kind, status } = await calls.call();
      assert.equal(`${kind} ${status}`, 'timeout DEADLINE_EXCEEDED');
    });
  }

  test('the same before the deadline is what the server says', async (t) => {
    const { calls } = await callsTo(t, (call) => call.end({ 'grpc-status': '4' }));
    const { kind, status } = await calls.call();
    assert.equal(`${kind} ${status}`, 'status DEADLINE_EXCEEDED');
  });

  test('the grace is over: CANCELLED', async (t) => {
    let seen = () => {};
    const arrived = new Promise<void>((resolve) => {
      seen = resolve;
    });
    const { calls, peer } = await callsTo(t, () => seen());
    const outcome = calls.call();
    await arrived;
    await calls.driver.close(0);
    const { kind, status } = await outcome;
    assert.equal(`${kind} ${status}`, 'timeout CANCELLED');
    await peer.idle();
  });

  test('the grace is over as the deadline is: DEADLINE_EXCEEDED', async (t) => {
    let seen = () => {};
    const arrived = new Promise<void>((resolve) => {
      seen = resolve;
    });
    const { calls } = await callsTo(t, () => seen(), { timeoutMs: 200 });
    const outcome = calls.call();
    const deadlineNs = nowNs() + 200e6;
    await arrived;
    // No timer comes in between, so that the driver cannot have looked for what is late.
    while (nowNs() < deadlineNs);
    const closing = calls.driver.close(0);
    const { kind, status } = await outcome;
    assert.equal(`${kind} ${status}`, 'timeout DEADLINE_EXCEEDED');
    await closing;
  });

  test('nobody there any more: connect, UNAVAILABLE', async (t) => {
    const { calls, peer } = await callsTo(t, respond(framed('x')));
    assert.equal((await calls.call()).kind, 'ok');
    await peer.close();
    const kinds = new Set<string>();
    for (let i = 0; i < 4; i++) {
      const { kind, status } = await calls.call();
      assert.equal(status, 'UNAVAILABLE');
      kinds.add(kind);
    }
    assert.ok(kinds.has('connect'), [...kinds].join());
  });
});

function respond(content: Buffer, head = {}, trailers: Record<string, string> = { 'grpc-status': '0' }) {
  return (call: PeerCall) => {
    call.head(head);
    call.stream.write(content);
    call.end(trailers);
  };
}

function noContentType(content: Buffer) {
  return ({ stream }: PeerCall) => {
    stream.respond({ ':status': 200 }, { waitForTrailers: true });
    stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(content);
  };
}

function byteByByte(content: Buffer) {
  return (call: PeerCall) => {
    call.head();
    let at = 0;
    const next = () => {
      if (at === content.length) call.end();
      else call.stream.write(content.subarray(at, ++at), () => setImmediate(next));
    };
    next();
  };
}

function informational(call: PeerCall): void {
  call.stream.additionalHeaders({ ':status': 103, link: '<x>' });
  call.send('x');
  call.end();
}

function httpStatus(status: number, contentType = 'application/grpc') {
  return ({ stream }: PeerCall) => {
    stream.respond({ ':status': status, 'content-type': contentType });
    stream.end('no gRPC at all');
  };
}

function resetAfterHead(call: PeerCall): void {
  call.head();
  setImmediate(() => call.stream.close(NGHTTP2_INTERNAL_ERROR));
}

function resetWithinMessage(call: PeerCall): void {
  call.head();
  call.stream.write(framed('x'.repeat(1000)).subarray(0, 500), () =>
    call.stream.close(NGHTTP2_INTERNAL_ERROR),
  );
}
