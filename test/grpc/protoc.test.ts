import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { toJson } from '@bufbuild/protobuf';
import { type FileDescriptorProto, FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { loadProtoFiles, loadProtosets, readProtoset, type Schema } from '#zipfire/grpc/index.js';
import { protos, testSchema } from './schemas.js';

/** What protoc makes of test/grpc/protos; `README.md` says how. */
const protoset = fileURLToPath(new URL('../../../test/grpc/protos.protoset', import.meta.url));

function byName(files: readonly FileDescriptorProto[]): Map<string, unknown> {
  return new Map(
    files.map((file) => [file.name, withoutEmptyOptions(toJson(FileDescriptorProtoSchema, file))]),
  );
}

/** An element whose options are all of one's own making has none that we read. */
function withoutEmptyOptions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmptyOptions);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .map(([name, inner]) => [name, withoutEmptyOptions(inner)] as const)
    .filter(([name, inner]) => name !== 'options' || JSON.stringify(inner) !== '{}');
  return Object.fromEntries(entries);
}

describe('.proto files', () => {
  it('are compiled to what protoc makes of them', () => {
    const ours = byName(readProtoset(testSchema().toProtoset(), 'ours'));
    const theirs = byName(readProtoset(readFileSync(protoset), 'theirs'));
    assert.deepEqual([...ours.keys()].toSorted(), [...theirs.keys()].toSorted());
    for (const [name, file] of theirs) {
      // It comes with the library here and with protoc there, in versions of their own.
      if (name !== 'google/protobuf/descriptor.proto') assert.deepEqual(ours.get(name), file, name);
    }
  });

  it('are found by import paths, or beside the file itself', () => {
    const names = (schema: Schema) => schema.services.map(({ name }) => name);
    const file = `${protos}store/v1/store.proto`;
    assert.deepEqual(names(loadProtoFiles([file])), ['store.v1.Store']);
    assert.deepEqual(names(loadProtoFiles([file], [protos])), ['store.v1.Store']);
    assert.deepEqual(names(loadProtoFiles([`${protos}shapes/common.proto`, file], [protos])), [
      'store.v1.Store',
    ]);
    assert.throws(
      () => loadProtoFiles([`${protos}shapes/common.proto`]),
      /common\.proto:3:15: there is no file "shapes\/deeper\.proto"/,
    );
    assert.throws(() => loadProtoFiles([`${protos}none.proto`]), /there is no file ".*none\.proto"/);
    assert.throws(() => loadProtoFiles([protos]), /there is no file/);
  });

  it('give the services that their protoset gives', () => {
    const shown = ({ services }: Schema) =>
      services.flatMap(({ methods }) =>
        methods.map(({ path, kind, input }) => `${path} ${kind} ${input.typeName}`),
      );
    assert.deepEqual(shown(testSchema()).toSorted(), shown(loadProtosets([protoset])).toSorted());
    assert.throws(() => loadProtosets(['/none.protoset']), /cannot read "\/none\.protoset"/);
  });
});
