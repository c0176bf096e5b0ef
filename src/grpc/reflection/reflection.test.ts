import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type FileRegistry, toBinary } from '@bufbuild/protobuf';
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { type FileDescriptorProto, FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import fc from 'fast-check';
import { ZipfireError } from '../../core/index.js';
import { GrpcStatus } from '../../wire/grpc/index.js';
import { compileProtos } from '../proto/compile.js';
import { Schema } from '../schema/schema.js';
import { ReflectionConversation } from './conversation.js';
import { type ReflectionCall, type ReflectionReply, reflectSchema } from './reflect.js';

const sources: Readonly<Record<string, string>> = {
  'svc/a.proto':
    'syntax = "proto3"; package a; import "types/b.proto"; service A { rpc Do(b.B) returns (b.B); } service A2 { rpc Do(b.B) returns (b.B); }',
  'types/b.proto':
    'syntax = "proto3"; package b; import "types/c.proto"; import "google/protobuf/any.proto"; message B { c.C c = 1; google.protobuf.Any any = 2; }',
  'types/c.proto': 'syntax = "proto3"; package c; message C { string name = 1; }',
  'svc/d.proto':
    'syntax = "proto3"; package d; import "types/c.proto"; service D { rpc Do(c.C) returns (c.C); }',
};
const files = compileProtos(Object.keys(sources), (name) => sources[name] ?? null);

const V1 = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo';
const V1ALPHA = '/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo';

interface ServerOptions {
  readonly path?: string;
  /** Send everything a file imports with it, as grpc-java does; or the file alone, as grpc-go. */
  readonly withImports?: boolean;
  readonly hidden?: readonly string[];
}

/** A reflection service, as servers are seen to behave. */
function server({ path = V1, withImports = false, hidden = [] }: ServerOptions = {}) {
  const asked: string[] = [];
  const call: ReflectionCall = async (called, request) => {
    if (called !== path) return status(GrpcStatus.UNIMPLEMENTED, 'unknown service');
    const reader = new BinaryReader(request);
    const [field] = reader.tag();
    const text = reader.string();
    asked.push(`${field} ${text}`);
    if (field === 7) return answer(6, services());
    const found = field === 3 ? byName(text) : bySymbol(text);
    if (found === undefined || hidden.includes(found.name)) return answer(7, notFound(text));
    const sent = withImports ? [found, ...files.filter((file) => file !== found)] : [found];
    return answer(
      4,
      sent.map((file) => bytesField(1, toBinary(FileDescriptorProtoSchema, file))),
    );
  };
  return { call, asked };
}

function services(): Uint8Array[] {
  const names = ['a.A', 'a.A2', 'd.D', 'grpc.reflection.v1.ServerReflection', 'grpc.health.v1.Health'];
  return names.slice(0, 4).map((name) => bytesField(1, bytesField(1, Buffer.from(name))));
}

function byName(name: string): FileDescriptorProto | undefined {
  return files.find((file) => file.name === name);
}

function bySymbol(symbol: string): FileDescriptorProto | undefined {
  return files.find((file) => file.service.some(({ name }) => `${file.package}.${name}` === symbol));
}

function notFound(what: string): Uint8Array[] {
  const code = new BinaryWriter().tag(1, WireType.Varint).int32(GrpcStatus.NOT_FOUND).finish();
  return [code, bytesField(2, Buffer.from(`no ${what}`))];
}

function bytesField(number: number, bytes: Uint8Array): Uint8Array {
  return new BinaryWriter().tag(number, WireType.LengthDelimited).bytes(bytes).finish();
}

function answer(field: number, parts: readonly Uint8Array[]): ReflectionReply {
  return { status: GrpcStatus.OK, statusMessage: '', message: bytesField(field, Buffer.concat(parts)) };
}

function status(code: number, statusMessage: string): ReflectionReply {
  return { status: code, statusMessage, message: null };
}

async function refused(call: ReflectionCall, service: string | null = null): Promise<ZipfireError> {
  try {
    await reflectSchema(call, service);
  } catch (error) {
    assert.ok(error instanceof ZipfireError, String(error));
    return error;
  }
  return assert.fail('was not refused');
}

function typesOf({ types }: { types: FileRegistry }): string[] {
  return [...types].map(({ typeName }) => typeName).filter((name) => !name.startsWith('google.'));
}

describe('reflectSchema', () => {
  for (const path of [V1, V1ALPHA]) {
    for (const withImports of [false, true]) {
      it(`asks ${path}, whose files come ${withImports ? 'with what they import' : 'alone'}`, async () => {
        const { call } = server({ path, withImports });
        const schema = await reflectSchema(call);
        assert.deepEqual(schema.services.map(({ name }) => name).toSorted(), ['a.A', 'a.A2', 'd.D']);
        assert.equal(schema.method('a.A/Do').input.fields[0]?.message?.typeName, 'c.C');
      });
    }
  }

  it('asks for one service and what it needs, and for nothing twice', async () => {
    const { call, asked } = server();
    const schema = await reflectSchema(call, 'a.A');
    assert.deepEqual(asked, ['7 *', '4 a.A', '3 types/b.proto', '3 types/c.proto']);
    assert.deepEqual(typesOf(schema).toSorted(), ['a.A', 'a.A2', 'b.B', 'c.C']);
  });

  it('does not ask for a service that came with another, nor for reflection itself', async () => {
    const { call, asked } = server();
    await reflectSchema(call);
    assert.deepEqual(asked, ['7 *', '4 a.A', '4 d.D', '3 types/b.proto', '3 types/c.proto']);
  });

  it('suggests a service when there is none of that name', async () => {
    const error = await refused(server().call, 'x.D');
    assert.deepEqual([error.message, error.hint], ['the server has no service "x.D"', 'did you mean d.D?']);
  });

  const hint = 'give the schema with --proto or --protoset';
  const refusals: [what: string, call: ReflectionCall, message: RegExp][] = [
    [
      'is not there',
      async () => status(GrpcStatus.UNIMPLEMENTED, ''),
      /^the server has no reflection \(v1 or v1alpha\)$/,
    ],
    [
      'is refused',
      async () => status(GrpcStatus.PERMISSION_DENIED, 'no\u001b[2J'),
      /^server reflection ended with PERMISSION_DENIED: no\\e\[2J$/,
    ],
    [
      'says nothing',
      async () => ({ ...status(GrpcStatus.OK, ''), message: null }),
      /^server reflection answered nothing$/,
    ],
    [
      'answers garbage',
      async () => ({ ...status(GrpcStatus.OK, ''), message: Buffer.from('garbage') }),
      /^server reflection: what came is no response of server reflection$/,
    ],
    [
      'answers another question',
      async () => answer(4, []),
      /^server reflection: the response answers another question$/,
    ],
    [
      'has an error for its services',
      async () => answer(7, notFound('x')),
      /^server reflection: asked for its services: NOT_FOUND, no x$/,
    ],
    [
      'lists too many',
      async () => answer(6, Array(1001).fill(bytesField(1, bytesField(1, Buffer.from('x.Y'))))),
      /^server reflection: more than 1000 services$/,
    ],
  ];
  for (const [what, call, message] of refusals) {
    it(`that ${what} is refused`, async () => {
      const error = await refused(call);
      assert.match(error.message, message);
      assert.equal(error.hint, hint);
    });
  }

  it('names the types that are missing when a file is', async () => {
    const error = await refused(server({ hidden: ['types/c.proto'] }).call);
    assert.match(error.message, /^what the server reflects cannot be used: /);
    assert.match(error.hint ?? '', /^it lacks types\/c\.proto/);
  });
});

describe('ReflectionConversation', () => {
  it('is bounded in what it keeps', () => {
    const conversation = new ReflectionConversation();
    const feed = (reply: ReflectionReply) => conversation.feed(reply.message ?? assert.fail());
    feed(answer(6, services()));
    // A server that always has one more file.
    const endless = () => {
      for (let i = 0; conversation.next() !== null; i++) {
        const proto = { ...(files[0] ?? assert.fail()), name: `${i}.proto`, dependency: [`${i + 1}.proto`] };
        feed(answer(4, [bytesField(1, toBinary(FileDescriptorProtoSchema, proto))]));
      }
    };
    assert.throws(endless, { message: 'server reflection: more than 5000 files' });
  });

  it('takes any bytes without another exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.boolean(), (bytes, listed) => {
        const conversation = new ReflectionConversation();
        try {
          if (listed) conversation.feed(answer(6, services()).message ?? assert.fail());
          conversation.feed(bytes);
          Schema.from(conversation.files, 'x');
        } catch (error) {
          assert.ok(error instanceof ZipfireError, String(error));
        }
      }),
    );
  });
});
