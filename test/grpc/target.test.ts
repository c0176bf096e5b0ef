import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as grpc from '@grpc/grpc-js';
import {
  binaryMessages,
  compileCallData,
  decodeToJson,
  loadProtoFiles,
  loadProtosets,
  messageOf,
  methodValues,
  prepareMessage,
  type ReflectionCall,
  type ReflectionReply,
  reflectSchema,
  type Schema,
} from '#zipfire/grpc/index.js';
import { startGrpcTarget } from '#zipfire/target/index.js';

const kv = fileURLToPath(new URL('../../../examples/proto/kv', import.meta.url));

/** One message each way, as bytes, by grpc-js. */
function caller(client: grpc.Client): ReflectionCall {
  const asTheyAre = (bytes: Buffer) => bytes;
  return (path, request) =>
    new Promise<ReflectionReply>((resolve) => {
      const call = client.makeBidiStreamRequest(path, asTheyAre, asTheyAre);
      let message: Buffer | null = null;
      call.on('data', (bytes: Buffer) => {
        message ??= bytes;
      });
      call.on('error', () => {}); // the status says it
      call.on('status', ({ code, details }) => resolve({ status: code, statusMessage: details, message }));
      call.end(Buffer.from(request));
    });
}

async function withTarget(use: (call: ReflectionCall) => Promise<void>): Promise<void> {
  const target = await startGrpcTarget({ closeGraceMs: 0 });
  const client = new grpc.Client(`${target.address}:${target.port}`, grpc.credentials.createInsecure());
  try {
    await use(caller(client));
  } finally {
    client.close();
    await target.close();
  }
}

function signatures({ services }: Schema): string[] {
  const all = services.flatMap(({ methods }) => methods);
  return all
    .map(({ path, kind, input, output }) => `${path} ${kind} ${input.typeName} ${output.typeName}`)
    .toSorted();
}

describe('the embedded target', () => {
  it('reflects what its .proto file and its protoset say', () =>
    withTarget(async (call) => {
      const reflected = await reflectSchema(call, 'kv.v1.KV');
      assert.deepEqual(signatures(reflected), signatures(loadProtoFiles([`${kv}.proto`])));
      assert.deepEqual(signatures(reflected), signatures(loadProtosets([`${kv}.protoset`])));
      const everything = await reflectSchema(call);
      assert.ok(everything.services.some(({ name }) => name === 'grpc.health.v1.Health'));
    }));

  it('understands compiled messages, and its answers are read', () =>
    withTarget(async (call) => {
      const schema = await reflectSchema(call, 'kv.v1.KV');
      const { types } = schema;
      const ask = async (name: string, message: string) => {
        const { path, output } = schema.method(name);
        const reply = await call(path, Buffer.from(message, 'latin1'));
        assert.equal(reply.status, 0, reply.statusMessage);
        return JSON.parse(decodeToJson(output, reply.message ?? assert.fail(), { types }));
      };

      const put = schema.method('kv.v1.KV/Put');
      const values = [...Object.values(methodValues(put)), '7'];
      const hole = { index: values.length - 1, source: '{{hit}}' };
      const compiled = compileCallData(put, '[{"key": "ü_{{hit}}", "value": "aGVsbG8="}, {"key": "other"}]', {
        types,
        read: (template) => template.split('{{hit}}').flatMap((text, i) => (i === 0 ? [text] : [hole, text])),
      });
      const messages = compiled.map(({ program }) => prepareMessage(program));
      for (const hit of [0, 1, 2]) await ask('kv.v1.KV/Put', messageOf(messages, hit).render(values));

      const get = schema.method('kv.v1.KV.Get');
      const request = compileCallData(get, '{"key": "ü_7"}', { types }).map(({ program }) =>
        prepareMessage(program),
      );
      const bytes = Buffer.from(messageOf(request, 0).fixed ?? assert.fail(), 'latin1');
      const [asBytes] = binaryMessages(get.input, bytes, '-b');
      assert.deepEqual(asBytes?.program, [bytes.toString('latin1')]);
      const { value } = await ask('kv.v1.KV.Get', bytes.toString('latin1'));
      assert.equal(value, 'aGVsbG8=');
    }));
});
