import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, constants, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { compressionAlgorithms, credentials } from '@grpc/grpc-js';
import { startGrpcTarget, startTarget, type TargetHandle } from '#zipfire/target/index.js';
import { testCert, testKey } from '#zipfire/target/tls.fixture.js';
import { endOf, GrpcClient, kvProto } from '../support/grpc-client.js';
import { until, withGrpc } from '../support/grpc-target.js';

const GET = 'kv.v1.KV/Get';
const WATCH = 'kv.v1.KV/Watch';

async function codesOf(client: GrpcClient, count: number): Promise<string[]> {
  const codes: string[] = [];
  for (let i = 0; i < count; i++) codes.push((await client.call(GET, [{ key: 'a' }])).code);
  return codes;
}

test('the share of errors is met, and the same calls fail again', async () => {
  const sequence = async (seed: number) => {
    let codes: string[] = [];
    await withGrpc({ errorShare: 0.3, seed }, async (client) => {
      codes = await codesOf(client, 200);
    });
    return codes;
  };
  const first = await sequence(1);
  const errors = first.filter((code) => code === 'UNAVAILABLE').length;
  assert.equal(first.filter((code) => code === 'OK').length, 200 - errors);
  // 60 expected, standard deviation 6.5; the seed makes it the same number each time.
  assert.ok(errors > 35 && errors < 85, `${errors} of 200`);
  assert.deepEqual(await sequence(1), first);
  assert.notDeepEqual(await sequence(2), first);
});

test('over a limit that refuses: RESOURCE_EXHAUSTED for the rate, UNAVAILABLE for the concurrency', async () => {
  await withGrpc({ rate: 0.001, burst: 2, overLimit: 'refuse' }, async (client) => {
    const exhausted = 'RESOURCE_EXHAUSTED';
    assert.deepEqual(await codesOf(client, 4), ['OK', 'OK', exhausted, exhausted]);
  });
  await withGrpc({ concurrency: 1, overLimit: 'refuse' }, async (client, target) => {
    const watch = client.open(WATCH);
    const ended = endOf(watch);
    watch.end({ key: 'a', intervalMs: 60_000 });
    await once(watch, 'data');
    assert.deepEqual(await codesOf(client, 1), ['UNAVAILABLE']);
    watch.cancel();
    await ended;
    await until(() => target.counters.inFlight === 0);
    assert.deepEqual(await codesOf(client, 1), ['OK']);
  });
});

test('limits and their queue are shared with HTTP', async () => {
  const target = await startTarget({ grpcPort: 0, concurrency: 1, closeGraceMs: 0 });
  const client = new GrpcClient(`127.0.0.1:${target.grpc?.port}`);
  try {
    const watch = client.open(WATCH);
    const ended = endOf(watch);
    watch.end({ key: 'a', intervalMs: 60_000 });
    await once(watch, 'data');
    const response = fetch(`${target.url}/kv/a`);
    await until(() => target.counters.inFlight === 2);
    assert.deepEqual(target.counters.statuses, {});
    watch.cancel();
    await ended;
    assert.equal((await response).status, 200);
  } finally {
    client.close();
    await target.close();
  }
});

test('what is held is bounded, and a client that leaves gives its place back', () =>
  withGrpc({ latency: '60s', maxPending: 2 }, async (client, target) => {
    const held = [client.open(GET), client.open(GET)];
    const ended = held.map(endOf);
    for (const stream of held) stream.end({ key: 'a' });
    await until(() => target.counters.inFlight === 2);
    assert.deepEqual(await codesOf(client, 1), ['UNAVAILABLE']);
    for (const stream of held) stream.cancel();
    for (const { code } of await Promise.all(ended)) assert.equal(code, 'CANCELLED');
    await until(() => target.counters.inFlight === 0);
  }));

test('health and reflection are spared', () =>
  withGrpc({ errorShare: 1, latency: '60s' }, async (_, target) => {
    const answer = await post(target, { path: '/grpc.health.v1.Health/Check', body: frame('') });
    assert.deepEqual([answer.status, answer.body.toString('latin1')], ['0', frame('\x08\x01')]);
  }));

test('a connection that is reset in mid-response fails its call', () =>
  withGrpc({ resetShare: 1 }, async (client, target) => {
    const { code, responses } = await client.call(GET, [{ key: 'a' }]);
    assert.notEqual(code, 'OK');
    assert.deepEqual(responses, []);
    assert.equal(target.counters.resets, 1);
    await until(() => target.counters.inFlight === 0);
    assert.equal(target.counters.requests, 1, 'a reset is a request too');
  }));

test('a connection takes so many calls, and then says GOAWAY; its open calls end well', () =>
  withGrpc({ requestsPerConnection: 3 }, async (client, target) => {
    const watch = client.open(WATCH);
    const ended = endOf(watch);
    watch.end({ key: 'a', count: 500 });
    await once(watch, 'data');
    assert.deepEqual(
      await codesOf(client, 8),
      Array.from({ length: 8 }, () => 'OK'),
    );
    const { code, responses } = await ended;
    assert.deepEqual([code, responses.length], ['OK', 500]);
    assert.equal(target.counters.connectionsOpened, 3);
  }));

test('an idle connection is closed after its time, and one with a call is not', () =>
  withGrpc({ keepAliveIdleMs: 20 }, async (client, target) => {
    const watch = client.open(WATCH);
    const ended = endOf(watch);
    watch.end({ key: 'a', count: 2, intervalMs: 100 });
    const { code } = await ended;
    assert.equal(code, 'OK');
    assert.equal(target.counters.connectionsOpened, 1);
    await until(() => target.counters.connectionsActive === 0);
  }));

test('says how many streams a connection may have', async () => {
  for (const [maxStreams, expected] of [
    [250, 250],
    [7, 7],
    [0, 2 ** 32 - 1],
  ] as const) {
    await withGrpc({ maxStreams }, async (_, target) => {
      const session = connect(`http://127.0.0.1:${target.port}`);
      const [settings] = await once(session, 'remoteSettings');
      assert.equal(settings.maxConcurrentStreams, expected);
      session.destroy();
    });
  }
});

test('connections beyond the limit are closed', () =>
  withGrpc({ maxConnections: 1 }, async (client, target) => {
    await client.ask(GET, { key: 'a' });
    const session = connect(`http://127.0.0.1:${target.port}`);
    session.on('error', () => {});
    await once(session, 'close');
    assert.equal(target.counters.connectionsDropped, 1);
  }));

test('compresses as its client does', () =>
  withGrpc({ valueBytes: 1000 }, async (_, target) => {
    const client = new GrpcClient(`127.0.0.1:${target.port}`, kvProto, undefined, {
      'grpc.default_compression_algorithm': compressionAlgorithms.gzip,
    });
    try {
      const { value } = Object(await client.ask(GET, { key: 'k'.repeat(100) }));
      assert.equal(value.length, 1000);
    } finally {
      client.close();
    }
    const packed = gzipSync(Buffer.from('\n\x01a', 'latin1')).toString('latin1');
    const answer = await post(target, { headers: { 'grpc-encoding': 'gzip' }, body: frame(packed, 1) });
    assert.deepEqual([answer.status, answer.headers['grpc-encoding'], answer.body[0]], ['0', 'gzip', 1]);
    assert.match(gunzipSync(answer.body.subarray(5)).toString('latin1'), /a a a a/);
  }));

test('what is no call is answered as HTTP, and what is no message as gRPC', () =>
  withGrpc({ maxBodyBytes: 1000 }, async (_, target) => {
    const bomb = gzipSync(Buffer.alloc(10e6)).toString('latin1');
    const table: [request: Request, httpStatus: number, grpcStatus: string | undefined][] = [
      [{ headers: { ':method': 'PUT' } }, 405, undefined],
      [{ headers: { 'content-type': 'application/json' } }, 415, undefined],
      [{ headers: { 'content-type': 'application/grpcx' } }, 415, undefined],
      [{ headers: { 'content-type': 'application/grpc+proto' }, body: frame('\n\x01a') }, 200, '0'],
      [{ headers: { 'grpc-encoding': 'br' } }, 200, '12'],
      [{ headers: { 'grpc-timeout': '1 second' } }, 200, '13'],
      [{ headers: { 'grpc-timeout': '123456789S' } }, 200, '13'],
      [{ body: frame('\n\x01a', 1) }, 200, '13'],
      [{ body: frame('\n\x01a', 2) }, 200, '13'],
      [{ body: frame('not a message') }, 200, '13'],
      [{ body: frame('\n\x01\xff') }, 200, '13'],
      [{ body: frame('\n\x01a').slice(0, -1) }, 200, '13'],
      [{ body: '\0\xff\xff\xff\xff' }, 200, '8'],
      [{ headers: { 'grpc-encoding': 'gzip' }, body: frame('not gzip', 1) }, 200, '13'],
      [{ headers: { 'grpc-encoding': 'gzip' }, body: frame(bomb, 1) }, 200, '8'],
      // A field that is not known is passed over.
      [{ body: frame('\n\x01a\x7a\x03xyz') }, 200, '0'],
    ];
    for (const [request, httpStatus, grpcStatus] of table) {
      const answer = await post(target, request);
      assert.deepEqual(
        [answer.headers[':status'], answer.status],
        [httpStatus, grpcStatus],
        JSON.stringify(request).slice(0, 200),
      );
    }
    assert.equal(target.counters.inFlight, 0);
  }));

test('a client that goes on sending after its status is told to stop', () =>
  withGrpc({}, async (_, target) => {
    const session = connect(`http://127.0.0.1:${target.port}`);
    const stream = session.request({
      ':method': 'POST',
      ':path': '/kv.v1.KV/BatchPut',
      'content-type': 'application/grpc',
    });
    stream.write(frame('not a message'), 'latin1');
    const [head] = (await once(stream, 'response')) as [IncomingHttpHeaders];
    assert.equal(head['grpc-status'], '13');
    stream.resume();
    await once(stream, 'close');
    assert.equal(stream.rstCode, constants.NGHTTP2_NO_ERROR);
    await until(() => target.counters.inFlight === 0);
    session.destroy();
  }));

test('speaks TLS with the certificate it is given', async () => {
  const target = await startGrpcTarget({ tlsCert: testCert, tlsKey: testKey, closeGraceMs: 0 });
  const client = new GrpcClient(
    `localhost:${target.port}`,
    kvProto,
    credentials.createSsl(Buffer.from(testCert)),
  );
  try {
    assert.match(target.url, /^grpcs:\/\/127\.0\.0\.1:\d+$/);
    assert.equal((await client.call(GET, [{ key: 'a' }])).code, 'OK');
  } finally {
    client.close();
    await target.close();
  }
});

test('an address that cannot be had is a usage error, and nothing stays open', () =>
  withGrpc({}, async (_, target) => {
    await assert.rejects(startGrpcTarget({ port: target.port }), { code: 'usage', message: /cannot listen/ });
    await assert.rejects(startTarget({ grpcPort: target.port }), { code: 'usage', hint: /--grpc-port/ });
    await assert.rejects(startGrpcTarget({ tlsCert: 'x', tlsKey: 'y' }), { message: /--tls-cert/ });
  }));

test('what is no HTTP/2 is hung up on', () =>
  withGrpc({}, async (client, target) => {
    await assert.rejects(fetch(`http://127.0.0.1:${target.port}/kv/a`));
    await client.ask(GET, { key: 'a' });
  }));

test('calls in flight may end before the close, within its grace, and no new one is taken', async () => {
  const target = await startGrpcTarget({ closeGraceMs: 60_000 });
  const client = new GrpcClient(`127.0.0.1:${target.port}`);
  const watch = client.open(WATCH);
  const ended = endOf(watch);
  watch.end({ key: 'a', count: 3, intervalMs: 20 });
  await once(watch, 'data');
  const closed = target.close();
  const { code, responses } = await ended;
  assert.deepEqual([code, responses.length], ['OK', 3]);
  await closed;
  assert.equal((await client.call(GET, [{ key: 'a' }])).code, 'UNAVAILABLE');
  client.close();
});

test('a call that outlives the grace is cut, and the close does not wait for idle connections', async () => {
  const target = await startGrpcTarget({ closeGraceMs: 1 });
  const client = new GrpcClient(`127.0.0.1:${target.port}`);
  const idle = connect(`http://127.0.0.1:${target.port}`);
  idle.on('error', () => {});
  await once(idle, 'remoteSettings');
  const watch = client.open(WATCH);
  const ended = endOf(watch);
  watch.end({ key: 'a', intervalMs: 60_000 });
  await once(watch, 'data');
  await target.close();
  assert.notEqual((await ended).code, 'OK');
  const { inFlight, grpcStatuses } = target.counters;
  assert.deepEqual({ inFlight, grpcStatuses }, { inFlight: 0, grpcStatuses: { CANCELLED: 1 } });
  await until(() => target.counters.connectionsActive === 0);
  client.close();
  idle.destroy();
  await target.close();
});

interface Request {
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  /** A byte string. */
  readonly body?: string;
}

/** A request written by hand, and what came back; `status` is the grpc-status, wherever it stood. */
async function post(target: TargetHandle, { path = `/${GET}`, headers, body = '' }: Request) {
  const session = connect(`http://127.0.0.1:${target.port}`);
  const stream = session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
    ...headers,
  });
  stream.on('error', () => {});
  let trailers: IncomingHttpHeaders = {};
  stream.once('trailers', (fields: IncomingHttpHeaders) => {
    trailers = fields;
  });
  stream.end(body, 'latin1');
  const [head] = (await once(stream, 'response')) as [IncomingHttpHeaders];
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  session.destroy();
  return {
    headers: head,
    status: head['grpc-status'] ?? trailers['grpc-status'],
    body: Buffer.concat(chunks),
  };
}

function frame(message: string, flag = 0): string {
  return `${String.fromCharCode(flag)}\0\0${String.fromCharCode(message.length >> 8, message.length & 0xff)}${message}`;
}
