import assert from 'node:assert/strict';
import { suite, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as grpcJs from '@grpc/grpc-js';
import type { DriverOptions } from '#zipfire/core/index.js';
import { compileCallData, loadProtoFiles } from '#zipfire/grpc/index.js';
import { startGrpcTarget } from '#zipfire/target/index.js';
import { buildGoTarget } from '../../support/go-target.js';
import { targetAt } from '../../support/grpc-peer.js';
import { type CallOutcome, type CallSpec, Calls } from './calls.js';

const kv = loadProtoFiles([fileURLToPath(new URL('../../../../examples/proto/kv.proto', import.meta.url))]);
const goTarget = await buildGoTarget();

/** `{{n}}` is hole n. */
const holes = (text: string) =>
  text
    .split(/\{\{(\d+)\}\}/)
    .map((part, i) => (i % 2 === 0 ? part : { index: Number(part), source: `{{${part}}}` }))
    .filter((part) => part !== '');

/** A call of `kv.v1.KV`, its data JSON with holes. */
function kvCall(method: string, data: unknown, rest: CallSpec = {}): CallSpec {
  return kvTemplate(method, JSON.stringify(data), rest);
}

function kvTemplate(method: string, template: string, rest: CallSpec = {}): CallSpec {
  const found = kv.method(`kv.v1.KV/${method}`);
  const compiled = compileCallData(found, template, { types: kv.types, read: holes });
  return { kind: found.kind, path: found.path, messages: compiled.map(({ program }) => program), ...rest };
}

const ending = ({ kind, status }: CallOutcome) => `${kind} ${status}`;

/** A server of kv.v1.KV, by its port; it goes with the test. */
interface Server {
  readonly name: string;
  readonly skip: string | false;
  /** Whether it can decompress; a Go server has to be built with it. */
  readonly takesGzip: boolean;
  start(t: TestContext): Promise<number>;
}

const servers: readonly Server[] = [
  {
    name: 'the embedded target',
    skip: false,
    takesGzip: true,
    async start(t) {
      const target = await startGrpcTarget({ closeGraceMs: 0 });
      t.after(() => target.close());
      return target.port;
    },
  },
  {
    name: 'grpc-go',
    skip: goTarget.skip,
    takesGzip: false,
    async start(t) {
      assert.ok(goTarget.skip === false);
      const target = await goTarget.start();
      t.after(() => target.stop());
      return Number(target.grpc.split(':').at(-1));
    },
  },
];

for (const { name, skip, start, takesGzip } of servers) {
  suite(`gRPC driver against ${name}`, { skip, timeout: 60_000 }, () => {
    const open = async (t: TestContext, options: Partial<DriverOptions> = {}) =>
      Calls.open(t, targetAt(await start(t)), options);

    test('unary calls with a keyed message, many at a time', async (t) => {
      const calls = await open(t, { connections: 2, streams: 16 });
      const spec = kvCall('Put', { key: 'user_{{0}}', value: 'aGVsbG8=' });
      const outcomes = await Promise.all(
        Array.from({ length: 500 }, (_, i) => calls.call(spec, [String(i % 7)])),
      );
      assert.deepEqual(new Set(outcomes.map(ending)), new Set(['ok OK']));
    });

    test('a status', async (t) => {
      const calls = await open(t);
      assert.equal(ending(await calls.call(kvCall('Get', { key: '' }))), 'status INVALID_ARGUMENT');
      const unknown = kvCall('Get', { key: 'a' }, { path: '/kv.v1.KV/None' });
      assert.equal(ending(await calls.call(unknown)), 'status UNIMPLEMENTED');
    });

    test('server streaming: thousands of messages', async (t) => {
      const calls = await open(t);
      const outcome = await calls.call(kvCall('Watch', { key: 'a', count: 5_000 }));
      assert.equal(ending(outcome), 'ok OK');
      assert.equal(outcome.received, 5_000);
    });

    test('server streaming without end: ended by us', async (t) => {
      const calls = await open(t);
      const endless = kvCall('Watch', { key: 'a', count: 0 });
      const counted = await calls.call({ ...endless, stream: { messages: 1_000 } });
      assert.deepEqual([ending(counted), counted.received], ['ok OK', 1_000]);
      const timed = await calls.call({ ...endless, stream: { durationMs: 50 } });
      assert.equal(ending(timed), 'ok OK');
      assert.ok(timed.received > 0);
    });

    test('client streaming: a megabyte in a thousand messages', async (t) => {
      const calls = await open(t);
      const value = Buffer.alloc(1_000, 'x').toString('base64');
      const spec = kvCall('BatchPut', [
        { key: 'a{{0}}', value },
        { key: 'b', value },
      ]);
      const outcome = await calls.call({ ...spec, stream: { messages: 1_000 } }, ['1']);
      assert.deepEqual([ending(outcome), outcome.sent, outcome.received], ['ok OK', 1_000, 1]);
    });

    test('client streaming: the server ends it at the first it refuses', async (t) => {
      const calls = await open(t);
      const spec = kvCall('BatchPut', [{ key: '', value: 'eA==' }], { stream: { durationMs: 30_000 } });
      assert.equal(ending(await calls.call(spec)), 'status INVALID_ARGUMENT');
    });

    test('bidirectional: as many answers as requests', async (t) => {
      const calls = await open(t, { streams: 8 });
      const spec = kvCall('Sync', [
        { get: { key: '{{0}}' } },
        { put: { key: '{{0}}', value: 'eA==' } },
        { delete: { key: '{{0}}' } },
      ]);
      const outcomes = await Promise.all(
        Array.from({ length: 40 }, (_, i) =>
          calls.call({ ...spec, stream: { messages: 300, intervalMs: 0 } }, [`k${i}`]),
        ),
      );
      for (const outcome of outcomes)
        assert.deepEqual([ending(outcome), outcome.sent, outcome.received], ['ok OK', 300, 300]);
    });

    test('gzip', async (t) => {
      const calls = await open(t);
      const spec = kvCall('Put', { key: 'zip', value: Buffer.alloc(1_000, 'x').toString('base64') });
      const expected = takesGzip ? 'ok OK' : 'status UNIMPLEMENTED';
      assert.equal(ending(await calls.call({ ...spec, gzip: true })), expected);
    });

    test('the deadline: ours, or the server’s, whoever is first', async (t) => {
      const calls = await open(t, { timeoutMs: 100 });
      const outcome = await calls.call(kvCall('Watch', { key: 'a', count: 0, intervalMs: 20 }));
      assert.equal(ending(outcome), 'timeout DEADLINE_EXCEEDED');
    });
  });
}

test('messages that take the schema at each call', { timeout: 60_000 }, async (t) => {
  const target = await startGrpcTarget({ closeGraceMs: 0 });
  t.after(() => target.close());
  const types = Buffer.from(kv.toProtoset()).toString('base64');
  const calls = await Calls.open(t, targetAt(target.port), { types });
  const spec = kvTemplate('Sync', '[{ "get": {{0}} }]');
  const outcome = await calls.call(spec, ['{ "key": "a" }']);
  assert.deepEqual([ending(outcome), outcome.received], ['ok OK', 1]);
});

test('gRPC driver against grpc-js', { timeout: 60_000 }, async (t) => {
  const server = new grpcJs.Server();
  const asTheyAre = (bytes: Buffer) => bytes;
  const method = {
    requestSerialize: asTheyAre,
    requestDeserialize: asTheyAre,
    responseSerialize: asTheyAre,
    responseDeserialize: asTheyAre,
  };
  const seen: Buffer[] = [];
  server.addService(
    {
      Unary: { ...method, path: '/echo.Echo/Unary', requestStream: false, responseStream: false },
      Bidi: { ...method, path: '/echo.Echo/Bidi', requestStream: true, responseStream: true },
    },
    {
      Unary(call: grpcJs.ServerUnaryCall<Buffer, Buffer>, done: grpcJs.sendUnaryData<Buffer>) {
        seen.push(call.request);
        done(null, call.request);
      },
      Bidi(call: grpcJs.ServerDuplexStream<Buffer, Buffer>) {
        call.on('data', (bytes: Buffer) => call.write(bytes));
        call.on('end', () => call.end());
      },
    },
  );
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', grpcJs.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );
  t.after(() => server.forceShutdown());
  const calls = await Calls.open(t, targetAt(port), { streams: 10 });
  const unary = { path: '/echo.Echo/Unary', messages: ['hello'] };
  const outcomes = await Promise.all(Array.from({ length: 100 }, () => calls.call(unary)));
  assert.deepEqual(new Set(outcomes.map(ending)), new Set(['ok OK']));
  assert.equal(ending(await calls.call({ ...unary, gzip: true })), 'ok OK');
  assert.deepEqual(new Set(seen.map(String)), new Set(['hello']));
  const bidi = await calls.call({
    path: '/echo.Echo/Bidi',
    kind: 'bidiStreaming',
    messages: ['a'.repeat(1_000), 'b'],
    stream: { messages: 500 },
  });
  assert.deepEqual([ending(bidi), bidi.sent, bidi.received], ['ok OK', 500, 500]);
});
