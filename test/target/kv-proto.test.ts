import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { MethodDefinition } from '@grpc/grpc-js';
import { loadFileDescriptorSetFromBuffer, type PackageDefinition } from '@grpc/proto-loader';
import fc from 'fast-check';
import { KV, kvFile } from '#zipfire/target/grpc/kv.js';
import { describeFile } from '#zipfire/target/grpc/protobuf/index.js';
import { kvProto } from '../support/grpc-client.js';

const folder = fileURLToPath(new URL('../../../examples/proto/', import.meta.url));
const protoset = readFileSync(join(folder, 'kv.protoset'));

type Methods = Readonly<Record<string, MethodDefinition<object, object>>>;

/** The methods of kv.v1.KV, as a package declares them. */
function methodsOf(definition: PackageDefinition): Methods {
  return definition['kv.v1.KV'] as Methods;
}

test('the target describes its service as protoc describes kv.proto, byte for byte', () => {
  const descriptor = Buffer.from(describeFile(kvFile), 'latin1');
  // A FileDescriptorSet of one file: its tag, its length in two bytes, and the file.
  assert.equal(protoset[0], 0x0a);
  assert.deepEqual(protoset.subarray(3), descriptor);
});

test('kv.protoset declares what kv.proto declares', () => {
  const fromSet = methodsOf(loadFileDescriptorSetFromBuffer(protoset));
  const fromText = methodsOf(kvProto);
  const signature = (methods: Methods) =>
    Object.values(methods).map(({ path, requestStream, responseStream }) => [
      path,
      requestStream,
      responseStream,
    ]);
  assert.deepEqual(signature(fromSet), signature(fromText));
  // Names are converted where a text is read, and not where a descriptor is.
  const messages = [
    { get: { key: 'k' } },
    { put: { key: 'k', value: Buffer.from('v'), ttlMs: 5, ttl_ms: 5 } },
    { delete: {} },
  ];
  for (const message of messages) {
    assert.deepEqual(fromSet['Sync']?.requestSerialize(message), fromText['Sync']?.requestSerialize(message));
  }
});

const protoc = spawnSync('protoc', ['--version']).status === 0;

test('kv.protoset is what protoc makes of kv.proto', {
  skip: protoc ? false : 'protoc is not installed',
}, () => {
  const temporary = mkdtempSync(join(tmpdir(), 'zipfire-protoc-'));
  try {
    const out = join(temporary, 'kv.protoset');
    const made = spawnSync('protoc', [`--descriptor_set_out=${out}`, 'kv.proto'], { cwd: folder });
    assert.equal(made.status, 0, String(made.stderr));
    assert.deepEqual(readFileSync(out), protoset);
  } finally {
    rmSync(temporary, { recursive: true });
  }
});

const text = fc.string({ unit: 'grapheme' });
const value = fc.uint8Array().map((array) => Buffer.from(array));
const put = fc.record({ key: text, value, ttlMs: fc.maxSafeInteger() });
const byteString = (given: string | Buffer) => Buffer.from(given).toString('latin1');

test('a request that protobufjs writes is read', () => {
  fc.assert(
    fc.property(put, (request) => {
      const bytes = methodsOf(kvProto)['Put']?.requestSerialize(request) ?? Buffer.alloc(0);
      assert.deepEqual(KV.methods.Put.request.decode(bytes), {
        key: byteString(request.key),
        value: byteString(request.value),
        ttlMs: request.ttlMs,
      });
    }),
  );
});

test('a response that is written is read by protobufjs', () => {
  const state = fc.record(
    { number: fc.maxSafeInteger(), exists: fc.boolean(), value, etag: text },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(state, (response) => {
      const bytes = KV.methods.Watch.response.encode({
        ...response,
        value: byteString(response.value),
        etag: byteString(response.etag),
      });
      assert.deepEqual(
        { ...methodsOf(kvProto)['Watch']?.responseDeserialize(Buffer.from(bytes, 'latin1')) },
        response,
      );
    }),
  );
});
