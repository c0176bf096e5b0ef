import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clone, create, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { ZipfireError } from '../../core/index.js';
import { schemaOf } from '../message/schema.test.kit.js';
import { methodValues } from '../method-values.js';
import { compileProtos } from '../proto/compile.js';
import { readProtoset } from './protoset.js';
import { Schema } from './schema.js';

const sources: Readonly<Record<string, string>> = {
  'kv.proto': `
    syntax = "proto3";
    package kv.v1;
    import "types.proto";
    service KV {
      rpc Get(Key) returns (Value);
      rpc Watch(Key) returns (stream Value);
      rpc PutAll(stream Value) returns (Key);
      rpc Sync(stream Value) returns (stream Value);
    }`,
  'types.proto': `
    syntax = "proto3";
    package kv.v1;
    import "google/protobuf/timestamp.proto";
    message Key { string key_name = 1; }
    message Value { google.protobuf.Timestamp at = 1; message Deep { int32 some_number = 1; } }`,
  'other.proto': `
    syntax = "proto3";
    package other;
    import "types.proto";
    service Lister { rpc List(kv.v1.Key) returns (kv.v1.Value); }`,
};

const files = compileProtos(Object.keys(sources), (name) => sources[name] ?? null);
const schema = Schema.from(files, 'test');

function refusal(run: () => unknown): { message: string; hint: string | undefined } {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof ZipfireError && error.code === 'usage', String(error));
    return { message: error.message, hint: error.hint };
  }
  return assert.fail('was not refused');
}

describe('Schema', () => {
  it('lists services with their methods', () => {
    assert.deepEqual(
      schema.services.map(({ name, methods }) => [
        name,
        methods.map((method) => `${method.name} ${method.kind}`),
      ]),
      [
        ['kv.v1.KV', ['Get unary', 'Watch serverStreaming', 'PutAll clientStreaming', 'Sync bidiStreaming']],
        ['other.Lister', ['List unary']],
      ],
    );
  });

  it('finds a method however its name is written', () => {
    for (const name of ['kv.v1.KV/Watch', 'kv.v1.KV.Watch', '/kv.v1.KV/Watch']) {
      const method = schema.method(name);
      assert.deepEqual(
        [method.path, method.fullName, method.service, method.input.typeName, method.output.typeName],
        ['/kv.v1.KV/Watch', 'kv.v1.KV.Watch', 'kv.v1.KV', 'kv.v1.Key', 'kv.v1.Value'],
      );
      assert.deepEqual([method.clientStreaming, method.serverStreaming], [false, true]);
    }
  });

  const unknown: [name: string, message: string, hint: string][] = [
    ['kv.v1.KV/Gett', 'service kv.v1.KV has no method "Gett"', 'did you mean kv.v1.KV/Get?'],
    ['kv.v1.KV/Delete', 'service kv.v1.KV has no method "Delete"', 'it has Get, Watch, PutAll, Sync'],
    ['kv.v2.KV/Get', 'there is no service "kv.v2.KV"', 'did you mean kv.v1.KV/Get?'],
    ['Listr/List', 'there is no service "Listr"', 'did you mean other.Lister/List?'],
    ['Listr/Nothing', 'there is no service "Listr"', 'did you mean other.Lister?'],
    ['x.Unrelated/Get', 'there is no service "x.Unrelated"', 'known here: kv.v1.KV, other.Lister'],
    ['Get', '"Get" is no method: expected package.Service/Method', 'known here: kv.v1.KV, other.Lister'],
    [
      'kv.v1.KV/',
      '"kv.v1.KV/" is no method: expected package.Service/Method',
      'known here: kv.v1.KV, other.Lister',
    ],
    ['\u001b[2J/x', 'there is no service "\\e[2J"', 'known here: kv.v1.KV, other.Lister'],
  ];
  for (const [name, message, hint] of unknown) {
    it(`suggests the nearest name for ${JSON.stringify(name)}`, () => {
      assert.deepEqual(
        refusal(() => schema.method(name)),
        { message, hint },
      );
    });
  }

  it('is the same after it went through a protoset', () => {
    const again = Schema.from(readProtoset(schema.toProtoset(), 'x'), 'x');
    assert.deepEqual(
      again.services.map(({ name }) => name),
      schema.services.map(({ name }) => name),
    );
    assert.equal(again.method('kv.v1.KV/Get').input.field['keyName']?.jsonName, 'keyName');
  });

  it("takes files in any order, without what is protobuf's own, and without JSON names", () => {
    const bare = files
      .filter(({ name }) => !name.startsWith('google/'))
      .map((file) => clone(FileDescriptorProtoSchema, file))
      .reverse();
    for (const { messageType } of bare) {
      for (const message of [...messageType, ...messageType.flatMap(({ nestedType }) => nestedType)]) {
        for (const field of message.field) field.jsonName = '';
      }
    }
    const again = Schema.from(bare, 'test');
    assert.equal(again.method('kv.v1.KV/Get').input.field['keyName']?.jsonName, 'keyName');
    assert.equal(again.types.getMessage('kv.v1.Value.Deep')?.fields[0]?.jsonName, 'someNumber');
  });

  it('does without a file that was imported for options alone, and misses one whose types are used', () => {
    const optionsOnly = clone(
      FileDescriptorProtoSchema,
      files.find(({ name }) => name === 'kv.proto') ?? assert.fail(),
    );
    optionsOnly.dependency.push('google/api/annotations.proto');
    assert.equal(Schema.from([optionsOnly, ...files], 'x').services.length, 2);
    const lacking = files.filter(({ name }) => name !== 'types.proto');
    const { message, hint } = refusal(() => Schema.from(lacking, 'kv.protoset'));
    assert.match(message, /^kv\.protoset cannot be used: /);
    assert.equal(hint, 'it lacks types.proto; protoc --include_imports puts in what is imported');
  });

  it('ends on files that import each other', () => {
    const one = create(FileDescriptorProtoSchema, { name: 'x.proto', dependency: ['y.proto'] });
    const two = create(FileDescriptorProtoSchema, { name: 'y.proto', dependency: ['x.proto'] });
    refusal(() => Schema.from([one, two], 'forged'));
  });
});

describe('readProtoset', () => {
  it('refuses what is none', () => {
    const nameless = toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: [{}] }));
    for (const bytes of [new Uint8Array(), Buffer.from('not a protoset'), nameless]) {
      assert.equal(refusal(() => readProtoset(bytes, 'x.pb')).message, '"x.pb" is no protoset');
    }
  });
});

describe('methodValues', () => {
  it('gives what ghz gives, under our names and under its own', () => {
    const values = methodValues(schema.method('kv.v1.KV/Watch'));
    const expected: Record<string, string> = {
      fullyQualifiedName: 'kv.v1.KV.Watch',
      methodName: 'Watch',
      serviceName: 'KV',
      inputName: 'Key',
      outputName: 'Value',
      isClientStreaming: 'false',
      isServerStreaming: 'true',
    };
    for (const [name, value] of Object.entries(expected)) {
      assert.equal(values[name], value);
      assert.equal(values[`.${name[0]?.toUpperCase()}${name.slice(1)}`], value);
    }
    assert.equal(Object.keys(values).length, 14);
  });
});

describe('schemaOf', () => {
  it('takes a file without a package', () => {
    const plain = schemaOf({
      'p.proto': 'syntax = "proto3"; message M {} service S { rpc Do(M) returns (M); }',
    });
    assert.equal(plain.method('S/Do').path, '/S/Do');
    assert.equal(plain.method('S.Do').path, '/S/Do');
  });
});
