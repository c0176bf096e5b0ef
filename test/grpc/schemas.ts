import { fileURLToPath } from 'node:url';
import { loadProtoFiles, type Schema } from '#zipfire/grpc/index.js';

/** The folder of the `.proto` files, from build/test/grpc/. */
export const protos = fileURLToPath(new URL('../../../test/grpc/protos/', import.meta.url));

/** Every `.proto` file of the tests, as one schema. */
export function testSchema(): Schema {
  const files = [
    'store/v1/store.proto',
    'shapes/proto3.proto',
    'shapes/proto2.proto',
    'shapes/editions.proto',
  ];
  return loadProtoFiles(
    files.map((file) => protos + file),
    [protos],
  );
}
