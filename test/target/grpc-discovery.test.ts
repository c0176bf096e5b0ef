import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { loadFileDescriptorSetFromBuffer, type PackageDefinition } from '@grpc/proto-loader';
import { startGrpcTarget } from '#zipfire/target/index.js';
import {
  endOf,
  GrpcClient,
  healthProto,
  reflectionV1AlphaProto,
  reflectionV1Proto,
} from '../support/grpc-client.js';
import { withGrpc } from '../support/grpc-target.js';

const services = [
  'kv.v1.KV',
  'grpc.health.v1.Health',
  'grpc.reflection.v1.ServerReflection',
  'grpc.reflection.v1alpha.ServerReflection',
];

for (const [version, proto] of [
  ['v1', reflectionV1Proto],
  ['v1alpha', reflectionV1AlphaProto],
] as const) {
  const method = `grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;

  /** One request of the conversation, one response. */
  const reflect = async (client: GrpcClient, request: object) =>
    Object(await client.ask(method, { host: 'h', ...request }));

  const withReflection = (use: (client: GrpcClient) => Promise<void>) =>
    withGrpc({}, async (_, { port }) => {
      const client = new GrpcClient(`127.0.0.1:${port}`, proto);
      try {
        await use(client);
      } finally {
        client.close();
      }
    });

  test(`reflection ${version} lists every service, and every file can be called by`, () =>
    withReflection(async (client) => {
      const { listServicesResponse, validHost, originalRequest } = await reflect(client, {
        listServices: '',
      });
      const names = listServicesResponse.service.map(({ name }: { name: string }) => name);
      assert.deepEqual(names, services);
      assert.deepEqual([validHost, originalRequest.listServices], ['h', '']);

      for (const name of names) {
        const { fileDescriptorResponse } = await reflect(client, { fileContainingSymbol: name });
        assert.equal(fileDescriptorResponse.fileDescriptorProto.length, 1);
        assert.ok(Object.hasOwn(protosOf(fileDescriptorResponse.fileDescriptorProto), name), name);
      }
    }));

  test(`reflection ${version} gives the same file by its name, its methods and its messages`, () =>
    withReflection(async (client) => {
      const byName = await reflect(client, { fileByFilename: 'kv.proto' });
      const [descriptor] = byName.fileDescriptorResponse.fileDescriptorProto;
      for (const fileContainingSymbol of ['kv.v1.KV', 'kv.v1.KV.Watch', 'kv.v1.SyncRequest']) {
        const { fileDescriptorResponse } = await reflect(client, { fileContainingSymbol });
        assert.deepEqual(fileDescriptorResponse.fileDescriptorProto, [descriptor], fileContainingSymbol);
      }
    }));

  test(`reflection ${version} says what there is not, and goes on`, () =>
    withReflection(async (client) => {
      const table: [request: object, code: number][] = [
        [{ fileByFilename: 'nothing.proto' }, 5],
        [{ fileContainingSymbol: 'kv.v1.Nothing' }, 5],
        [{ fileContainingExtension: { containingType: 'kv.v1.GetRequest', extensionNumber: 1 } }, 5],
        [{ allExtensionNumbersOfType: 'kv.v1.Nothing' }, 5],
        [{}, 3],
      ];
      const requests = table.map(([request]) => request);
      const { code, responses } = await client.call(method, [
        ...requests,
        { allExtensionNumbersOfType: 'kv.v1.GetRequest' },
      ]);
      assert.equal(code, 'OK');
      const codes = responses.map((response) => Object(response).errorResponse?.errorCode);
      assert.deepEqual(codes, [...table.map(([, expected]) => expected), undefined]);
    }));
}

test('the service can be called by what reflection says of it', () =>
  withGrpc({}, async (_, { port }) => {
    const reflection = new GrpcClient(`127.0.0.1:${port}`, reflectionV1Proto);
    const { fileDescriptorResponse } = Object(
      await reflection.ask('grpc.reflection.v1.ServerReflection/ServerReflectionInfo', {
        fileContainingSymbol: 'kv.v1.KV',
      }),
    );
    reflection.close();
    const client = new GrpcClient(`127.0.0.1:${port}`, protosOf(fileDescriptorResponse.fileDescriptorProto));
    const { get } = Object(await client.ask('kv.v1.KV/Sync', { get: { key: 'abc' } }));
    assert.match(String(get.value), /^abc abc /);
    client.close();
  }));

test('health is asked for by service, and watched until the end', async () => {
  const target = await startGrpcTarget();
  const client = new GrpcClient(`127.0.0.1:${target.port}`, healthProto);
  const check = (service: string) => client.call('grpc.health.v1.Health/Check', [{ service }]);
  for (const service of ['', 'kv.v1.KV']) {
    assert.deepEqual((await check(service)).responses, [{ status: 'SERVING' }]);
  }
  assert.equal((await check('nothing')).code, 'NOT_FOUND');

  const watches = ['kv.v1.KV', 'nothing'].map((service) => {
    const watch = client.open('grpc.health.v1.Health/Watch');
    watch.end({ service });
    return watch;
  });
  const ends = watches.map(endOf);
  await Promise.all(watches.map((watch) => once(watch, 'data')));
  // Nothing is in flight but these two, and they are told.
  await target.close();
  const [known, unknown] = await Promise.all(ends);
  assert.deepEqual(known?.responses, [{ status: 'SERVING' }, { status: 'NOT_SERVING' }]);
  assert.deepEqual([known?.code, known?.details], ['UNAVAILABLE', 'the service is closing']);
  assert.deepEqual([unknown?.code, unknown?.responses], ['UNAVAILABLE', [{ status: 'SERVICE_UNKNOWN' }]]);
  client.close();
});

/** What descriptors declare. */
function protosOf(descriptors: readonly Buffer[]): PackageDefinition {
  // A FileDescriptorSet: field 1, as often as there are files.
  const parts = descriptors.flatMap((descriptor) => [
    Buffer.from([0x0a]),
    varint(descriptor.length),
    descriptor,
  ]);
  const options = { longs: Number, enums: String, oneofs: true, defaults: true } as const;
  return loadFileDescriptorSetFromBuffer(Buffer.concat(parts), options);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}
