import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttp1 } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type Target, ZipfireError } from '#zipfire/core/index.js';
import { type Caller, createCaller } from '#zipfire/drivers/grpc/caller.js';
import { reflectSchema } from '#zipfire/grpc/index.js';
import { startGrpcTarget } from '#zipfire/target/index.js';
import { GrpcStatus } from '#zipfire/wire/grpc/index.js';
import { server as certificate } from '../../support/certs.js';
import {
  framed,
  type GrpcPeerOptions,
  listenGrpc,
  type PeerCall,
  targetAt,
} from '../../support/grpc-peer.js';
import { FrameType, listenRaw, rawFrame, rawSettings } from '../../support/raw-http2.js';

const PATH = '/a.B/C';
const REQUEST = Buffer.from([10, 1, 0x61, 0xff]);

suite('caller', { timeout: 60_000 }, () => {
  test('reads a schema by reflection', async (t) => {
    const target = await startGrpcTarget({ closeGraceMs: 0 });
    t.after(() => target.close());
    const caller = callerOf(t, targetAt(target.port));
    const schema = await reflectSchema((path, request) => caller.call(path, request));
    assert.ok(schema.services.some(({ name }) => name === 'kv.v1.KV'));
  });

  test('sends the message and the metadata, on one connection', async (t) => {
    const { caller, calls, sessions } = await against(t, async (call) => {
      const [message] = await call.request();
      call.send(message?.bytes ?? '');
      call.end();
    });
    for (let i = 0; i < 3; i++) {
      const reply = await caller.call(PATH, REQUEST, [['x-token', 'abc']]);
      assert.deepEqual(reply, { status: 0, statusMessage: '', message: REQUEST });
    }
    assert.equal(sessions.length, 1);
    const { headers } = calls[0] as PeerCall;
    assert.equal(headers[':path'], PATH);
    assert.equal(headers[':method'], 'POST');
    assert.equal(headers['te'], 'trailers');
    assert.equal(headers['content-type'], 'application/grpc');
    assert.equal(headers['x-token'], 'abc');
    assert.match(String(headers['grpc-timeout']), /^\d{1,8}[numSMH]$/);
    assert.match(String(headers['user-agent']), /^grpc-/);
  });

  test('speaks TLS', async (t) => {
    const { caller } = await against(
      t,
      (call) => {
        call.send('hello');
        call.end();
      },
      { tls: certificate },
    );
    const { status, message } = await caller.call(PATH, REQUEST);
    assert.deepEqual([status, Buffer.from(message ?? []).toString()], [GrpcStatus.OK, 'hello']);
  });

  test('decompresses a message', async (t) => {
    const { caller } = await against(t, (call) => {
      call.head({ 'grpc-encoding': 'gzip' });
      call.stream.write(framed(gzipSync('hello'), 1));
      call.end();
    });
    const { status, message } = await caller.call(PATH, REQUEST);
    assert.deepEqual([status, Buffer.from(message ?? []).toString()], [GrpcStatus.OK, 'hello']);
  });

  const replies: readonly (readonly [
    title: string,
    answer: (call: PeerCall) => void,
    status: keyof typeof GrpcStatus,
    text: RegExp,
  ])[] = [
    [
      'trailers only, with a message in percent-encoding',
      (call) => call.end({ 'grpc-status': '5', 'grpc-message': 'no %C5%BEebra' }),
      'NOT_FOUND',
      /^no žebra$/,
    ],
    [
      'a page of HTML',
      ({ stream }) => {
        stream.respond({ ':status': 404, 'content-type': 'text/html' });
        stream.end('<p>');
      },
      'UNIMPLEMENTED',
      /HTTP status 404/,
    ],
    [
      'no status',
      (call) => {
        call.send('x');
        call.end({ other: 'x' });
      },
      'UNKNOWN',
      /no grpc-status/,
    ],
    [
      'a message that is no gzip',
      (call) => {
        call.head({ 'grpc-encoding': 'gzip' });
        call.stream.write(framed('hello', 1));
        call.end();
      },
      'INTERNAL',
      /decompressed/,
    ],
    [
      'a compressed message without encoding',
      (call) => {
        call.head();
        call.stream.write(framed('hello', 1));
        call.end();
      },
      'INTERNAL',
      /without grpc-encoding/,
    ],
    ['a reset', ({ stream }) => stream.close(8), 'CANCELLED', /CANCEL/],
    ['a cut', ({ session }) => session.destroy(), 'UNAVAILABLE', /closed|reset|ECONN/],
    ['nothing', () => {}, 'DEADLINE_EXCEEDED', /300 ms/],
  ];
  for (const [title, answer, status, text] of replies) {
    test(`resolves when the answer is ${title}`, async (t) => {
      const { caller } = await against(t, answer, {}, 300);
      const reply = await caller.call(PATH, REQUEST);
      assert.equal(reply.status, GrpcStatus[status]);
      assert.match(reply.statusMessage, text);
    });
  }

  test('connects again after its connection was lost', async (t) => {
    const { caller, sessions } = await against(t, (call) => {
      if (call.index === 0) call.session.destroy();
      else call.end();
    });
    assert.equal((await caller.call(PATH, REQUEST)).status, GrpcStatus.UNAVAILABLE);
    assert.equal((await caller.call(PATH, REQUEST)).status, GrpcStatus.OK);
    assert.equal(sessions.length, 2);
  });

  test('asks again elsewhere when the server says good-bye and nothing more', async (t) => {
    const { caller, sessions } = await against(t, async (call) => {
      // GOAWAY with the stream among those that go on.
      if (call.index === 0) return call.session.goaway(0, call.stream.id);
      const [message] = await call.request();
      call.send(message?.bytes ?? '');
      call.end();
    });
    const reply = await caller.call(PATH, REQUEST);
    assert.deepEqual(reply, { status: 0, statusMessage: '', message: REQUEST });
    assert.equal(sessions.length, 2);
  });

  test('takes the answer that a server gives after its good-bye', async (t) => {
    const { caller, sessions } = await against(t, async (call) => {
      call.session.goaway(0, call.stream.id);
      const [message] = await call.request();
      call.send(message?.bytes ?? '');
      call.end();
    });
    const reply = await caller.call(PATH, REQUEST);
    assert.deepEqual(reply, { status: 0, statusMessage: '', message: REQUEST });
    assert.equal(sessions.length, 1);
  });

  test('gives up on a server that says good-bye on every connection', async (t) => {
    const server = await listenRaw(
      t,
      (socket) => socket.write(rawSettings()),
      (socket) => socket.write(rawFrame(FrameType.goaway, 0, 0, '\0'.repeat(8))),
    );
    const reply = await callerOf(t, server.target).call(PATH, REQUEST);
    assert.equal(reply.status, GrpcStatus.UNAVAILABLE);
    assert.match(reply.statusMessage, /good-bye/);
    assert.equal(server.connections, 3);
  });

  test('takes many calls at once, one after the other', async (t) => {
    let underWay = 0;
    const { caller } = await against(t, async (call) => {
      assert.equal(underWay++, 0);
      await call.request();
      underWay--;
      call.end();
    });
    const replies = await Promise.all(Array.from({ length: 10 }, () => caller.call(PATH, REQUEST)));
    assert.ok(replies.every(({ status }) => status === GrpcStatus.OK));
  });

  test('a call under way ends when the caller is closed', async (t) => {
    const { caller, peer } = await against(t, () => void caller.close());
    const { status } = await caller.call(PATH, REQUEST);
    assert.equal(status, GrpcStatus.UNAVAILABLE);
    await peer.idle();
  });

  test('refuses to connect to nobody, to HTTP/1.1, to silence and to those who hang up', async (t) => {
    const nobody = await listening(createServer());
    const { port } = nobody.address() as AddressInfo;
    nobody.close();
    await once(nobody, 'close');
    await unreachable(t, targetAt(port), /connection refused/, /zipfire serve/);

    const old = await listening(createHttp1((_, response) => response.end('hi')));
    t.after(() => old.close());
    await unreachable(t, targetOf(old), /the server speaks HTTP\/1\.1/, /http:\/\//);

    const mute = await listening(createServer());
    mute.on('connection', (socket) => t.after(() => socket.destroy()));
    t.after(() => mute.close());
    await unreachable(t, targetOf(mute), /accepted the connection and sent no HTTP\/2 SETTINGS/, /http:\/\//);

    const rude = await listening(createServer((socket) => socket.end()));
    t.after(() => rude.close());
    await unreachable(t, targetOf(rude), /before its SETTINGS|reset/, /./);
  });
});

async function against(
  t: TestContext,
  answer: (call: PeerCall) => void,
  options: GrpcPeerOptions = {},
  timeoutMs = 30_000,
) {
  const peer = await listenGrpc(answer, options);
  t.after(() => peer.close());
  const caller = callerOf(t, peer.target, timeoutMs);
  return { caller, peer, calls: peer.calls, sessions: peer.sessions };
}

function callerOf(t: TestContext, target: Target, timeoutMs = 30_000, connectTimeoutMs = 30_000): Caller {
  const caller = createCaller(target, null, { timeoutMs, connectTimeoutMs });
  t.after(() => caller.close());
  return caller;
}

async function unreachable(t: TestContext, target: Target, message: RegExp, hint: RegExp): Promise<void> {
  await assert.rejects(callerOf(t, target, 30_000, 500).call(PATH, REQUEST), (error) => {
    assert.ok(error instanceof ZipfireError);
    assert.equal(error.code, 'unreachable');
    assert.match(error.message, message);
    assert.match(error.hint ?? '', hint);
    return true;
  });
}

async function listening<S extends Server>(server: S): Promise<S> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function targetOf(server: Server): Target {
  return targetAt((server.address() as AddressInfo).port);
}
