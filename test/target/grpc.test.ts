import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { startTarget } from '#zipfire/target/index.js';
import { endOf, GrpcClient } from '../support/grpc-client.js';
import { until, withGrpc } from '../support/grpc-target.js';

const GET = 'kv.v1.KV/Get';
const PUT = 'kv.v1.KV/Put';
const DELETE = 'kv.v1.KV/Delete';
const WATCH = 'kv.v1.KV/Watch';
const BATCH_PUT = 'kv.v1.KV/BatchPut';
const SYNC = 'kv.v1.KV/Sync';

const bytes = (text: string) => Buffer.from(text);

/** The fields of a message that a test looks at. */
function fieldsOf(message: object | undefined): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(message ?? {}));
}

test('writes, reads and deletes, byte for byte', () =>
  withGrpc({ missing: '404' }, async (client, target) => {
    const key = 'schlüssel 🔑';
    const value = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    assert.equal((await client.call(GET, [{ key }])).code, 'NOT_FOUND');

    const { created, etag } = fieldsOf(await client.ask(PUT, { key, value }));
    assert.equal(created, true);
    assert.deepEqual(await client.ask(GET, { key }), { value, etag });
    const again = fieldsOf(await client.ask(PUT, { key, value: bytes('2') }));
    assert.equal(again['created'], false);
    assert.notEqual(again['etag'], etag);
    assert.equal(target.counters.keys, 1);

    assert.deepEqual(await client.ask(DELETE, { key }), { existed: true });
    assert.equal((await client.call(DELETE, [{ key }])).code, 'NOT_FOUND');
    assert.equal((await client.call(GET, [{ key }])).code, 'NOT_FOUND');
  }));

test('a key that nobody wrote has the value it has over HTTP', async () => {
  const target = await startTarget({ grpcPort: 0, valueBytes: 16, closeGraceMs: 0 });
  const client = new GrpcClient(`127.0.0.1:${target.grpc?.port}`);
  try {
    const { value, etag } = fieldsOf(await client.ask(GET, { key: 'user_1' }));
    const response = await fetch(`${target.url}/kv/user_1`);
    assert.equal(await response.text(), 'user_1 user_1 us');
    assert.deepEqual([String(value), etag], ['user_1 user_1 us', response.headers.get('etag')]);
    assert.deepEqual(await client.ask(DELETE, { key: 'user_1' }), { existed: false });

    // And what is written by one protocol is read by the other.
    await client.ask(PUT, { key: 'é', value: bytes('by gRPC') });
    assert.equal(await (await fetch(`${target.url}/kv/%C3%A9`)).text(), 'by gRPC');
    await fetch(`${target.url}/kv/%C3%A9`, { method: 'PUT', body: 'by HTTP' });
    assert.equal(String(fieldsOf(await client.ask(GET, { key: 'é' }))['value']), 'by HTTP');
    assert.deepEqual(target.counters.statuses, { 200: 2, 204: 1 });
    assert.deepEqual(target.counters.grpcStatuses, { OK: 4 });
    assert.equal(target.counters.requests, 7);
  } finally {
    client.close();
    await target.close();
  }
});

test('what is wrong with a request is said, and its call alone fails', () =>
  withGrpc({ maxValueBytes: 10, maxBodyBytes: 2000, maxKeys: 1, whenFull: 'refuse' }, async (client) => {
    const table: [method: string, request: object, code: string, details: RegExp][] = [
      [GET, { key: '' }, 'INVALID_ARGUMENT', /1 to 1024 bytes/],
      [GET, { key: 'x'.repeat(1025) }, 'INVALID_ARGUMENT', /1 to 1024 bytes/],
      [PUT, { key: 'a', ttlMs: -1 }, 'INVALID_ARGUMENT', /ttl_ms/],
      [PUT, { key: 'a', ttlMs: 31 * 24 * 3600e3 }, 'INVALID_ARGUMENT', /ttl_ms/],
      [PUT, { key: 'a', value: bytes('x'.repeat(11)) }, 'RESOURCE_EXHAUSTED', /larger than 10 bytes/],
      [PUT, { key: 'a', value: bytes('x'.repeat(4000)) }, 'RESOURCE_EXHAUSTED', /message is larger/],
      [PUT, { key: 'a', value: bytes('x') }, 'OK', /^(OK)?$/],
      [PUT, { key: 'b', value: bytes('x') }, 'RESOURCE_EXHAUSTED', /store is full/],
      [WATCH, { key: 'a', count: -1 }, 'INVALID_ARGUMENT', /count/],
      [WATCH, { key: 'a', count: 1, intervalMs: 60_001 }, 'INVALID_ARGUMENT', /interval_ms/],
      [WATCH, { key: '' }, 'INVALID_ARGUMENT', /key/],
      ['kv.v1.KV/Nothing', {}, 'UNIMPLEMENTED', /no such method/],
      ['kv.v1.Nothing/Get', {}, 'UNIMPLEMENTED', /no such method/],
    ];
    for (const [method, request, code, details] of table) {
      const ended = await client.call(method, [request]);
      assert.equal(ended.code, code, `${method} ${JSON.stringify(request)}: ${ended.details}`);
      assert.match(ended.details, details);
    }
    assert.equal((await client.call(GET, [])).code, 'INTERNAL');
    assert.equal((await client.call(GET, [{ key: 'a' }, { key: 'a' }])).code, 'INTERNAL');
  }));

test('a time to live ends', () =>
  withGrpc({ missing: '404' }, async (client) => {
    await client.ask(PUT, { key: 'a', value: bytes('x'), ttlMs: 1 });
    // Each answer takes some of the millisecond.
    while ((await client.call(GET, [{ key: 'a' }])).code === 'OK');
    assert.equal((await client.call(GET, [{ key: 'a' }])).code, 'NOT_FOUND');
  }));

test('Watch sends as many states as asked for, each of its own moment', () =>
  withGrpc({ missing: '404' }, async (client, target) => {
    const { code, responses } = await client.call(WATCH, [{ key: 'a', count: 5000 }]);
    assert.equal(code, 'OK');
    const numbers = responses.map((response) => fieldsOf(response)['number']);
    assert.deepEqual(
      numbers,
      Array.from({ length: 5000 }, (_, index) => index + 1),
    );
    assert.ok(responses.every((response) => fieldsOf(response)['exists'] === false));
    assert.equal(target.counters.messagesSent, 5000);
    assert.equal(target.counters.messagesReceived, 1);

    const watch = client.open(WATCH);
    const ended = endOf(watch);
    watch.end({ key: 'a', count: 0, intervalMs: 1 });
    await once(watch, 'data');
    await client.ask(PUT, { key: 'a', value: bytes('here') });
    for (;;) {
      const [response] = await once(watch, 'data');
      if (response.exists) {
        assert.equal(String(response.value), 'here');
        break;
      }
    }
    watch.cancel();
    assert.equal((await ended).code, 'CANCELLED');
    await until(() => target.counters.inFlight === 0);
    assert.equal(target.counters.grpcStatuses['CANCELLED'], 1);
  }));

test('Watch without an end goes no further than its client reads', () =>
  withGrpc({ valueBytes: 10_000 }, async (client, target) => {
    const watch = client.open(WATCH);
    const ended = endOf(watch);
    watch.pause();
    watch.end({ key: 'a' });
    await once(watch, 'metadata');
    // It has filled the client's window, and waits, when an answer to another call overtakes it.
    let before = -1;
    while (target.counters.messagesSent !== before) {
      before = target.counters.messagesSent;
      await client.ask('kv.v1.KV/Put', { key: 'b' });
      before++;
    }
    assert.ok(before < 1000, `${before} messages of 10 kB`);
    watch.cancel();
    watch.resume();
    await ended;
  }));

test('BatchPut counts what it writes, and ends at the first that cannot be written', () =>
  withGrpc({ missing: '404' }, async (client, target) => {
    const puts = Array.from({ length: 300 }, (_, index) => ({ key: `k${index}`, value: bytes('abc') }));
    const { code, responses } = await client.call(BATCH_PUT, puts);
    assert.deepEqual([code, responses], ['OK', [{ written: 300, bytes: 900 }]]);
    assert.equal(target.counters.keys, 300);
    assert.deepEqual((await client.call(BATCH_PUT, [])).responses, [{ written: 0, bytes: 0 }]);

    // The client has not said that it is done: the status comes nevertheless, and ends the stream.
    const stream = client.open(BATCH_PUT);
    const ended = endOf(stream);
    stream.write({ key: 'new', value: bytes('x') });
    stream.write({ key: '' });
    const { code: failed, details } = await ended;
    assert.deepEqual([failed, details], ['INVALID_ARGUMENT', 'request 2: key is 1 to 1024 bytes']);
    assert.equal(target.counters.keys, 301);
    await until(() => target.counters.inFlight === 0);
  }));

test('Sync answers each request in its turn, failures too', () =>
  withGrpc({ missing: '404' }, async (client) => {
    const { code, responses } = await client.call(SYNC, [
      { get: { key: 'a' } },
      { put: { key: 'a', value: bytes('1') } },
      { get: { key: 'a' } },
      { delete: { key: 'a' } },
      { delete: { key: 'a' } },
      { put: { key: '' } },
      {},
    ]);
    assert.equal(code, 'OK');
    const results = responses.map((response) => {
      const { result, failure } = fieldsOf(response);
      return result === 'failure' ? fieldsOf(Object(failure))['code'] : result;
    });
    assert.deepEqual(results, [5, 'put', 'get', 'delete', 5, 3, 3]);
  }));

test('Sync is a conversation: every answer comes before the next request', () =>
  withGrpc({}, async (client) => {
    const stream = client.open(SYNC);
    const ended = endOf(stream);
    for (let turn = 0; turn < 10; turn++) {
      stream.write({ get: { key: `k${turn}` } });
      const [response] = await once(stream, 'data');
      assert.match(String(response.get.value), new RegExp(`^k${turn} k${turn} `));
    }
    stream.end();
    assert.equal((await ended).code, 'OK');
  }));

test('Sync takes no more requests than it can answer to a client that does not read', () =>
  withGrpc({ valueBytes: 100_000 }, async (client, target) => {
    const stream = client.open(SYNC);
    const ended = endOf(stream);
    stream.pause();
    for (let i = 0; i < 2000; i++) stream.write({ get: { key: 'a' } });
    stream.end();
    await until(() => target.counters.messagesSent > 0);
    await client.ask(PUT, { key: 'b' });
    assert.ok(target.counters.messagesSent < 200, `${target.counters.messagesSent} answers of 100 kB`);
    stream.resume();
    const { code, responses } = await ended;
    assert.deepEqual([code, responses.length], ['OK', 2000]);
  }));

test('a deadline that passes ends the call, on both sides', () =>
  withGrpc({ latency: '60s' }, async (client, target) => {
    // The connection is there, so that what takes long is the answer.
    const held = client.open(GET);
    const heldEnded = endOf(held);
    held.end({ key: 'a' });
    await until(() => target.counters.inFlight === 1);
    const { code } = await client.call(GET, [{ key: 'a' }], { deadlineMs: 100 });
    assert.equal(code, 'DEADLINE_EXCEEDED');
    // Ours may pass first, or the client may give up first.
    await until(() => {
      const { DEADLINE_EXCEEDED = 0, CANCELLED = 0 } = target.counters.grpcStatuses;
      return DEADLINE_EXCEEDED + CANCELLED === 1;
    });
    await until(() => target.counters.inFlight === 1);
    held.cancel();
    await heldEnded;
  }));

test('grpc-timeout is kept by the service itself', () =>
  withGrpc({}, async (client, target) => {
    const watch = client.open(WATCH, { metadata: { 'grpc-timeout': '30m' } });
    const ended = endOf(watch);
    watch.end({ key: 'a', intervalMs: 1 });
    assert.equal((await ended).code, 'DEADLINE_EXCEEDED');
    assert.deepEqual(target.counters.grpcStatuses, { DEADLINE_EXCEEDED: 1 });
  }));

test('every key that is asked for is recorded', async () => {
  const target = await startTarget({ grpcPort: 0, recordKeys: true, closeGraceMs: 0 });
  const client = new GrpcClient(`127.0.0.1:${target.grpc?.port}`);
  try {
    await client.ask(GET, { key: 'a' });
    await client.call(BATCH_PUT, [{ key: 'a' }, { key: 'b' }]);
    await client.call(SYNC, [{ get: { key: 'c' } }, { put: { key: 'a' } }]);
    await client.call(WATCH, [{ key: 'b', count: 10 }]);
    const log = fieldsOf(Object(await (await fetch(`${target.url}/log`)).json()));
    assert.deepEqual(log['keys'], [
      ['a', 3],
      ['b', 2],
      ['c', 1],
    ]);
  } finally {
    client.close();
    await target.close();
  }
});
