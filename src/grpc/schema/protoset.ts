import { fromBinary } from '@bufbuild/protobuf';
import { type FileDescriptorProto, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { escapeText, usageError } from '../../core/index.js';

/**
 * The files of a protoset: a FileDescriptorSet, as `protoc --descriptor_set_out` and `buf build` write it.
 * @param name of the file, for errors
 * @throws ZipfireError `usage` when the bytes are none
 */
export function readProtoset(bytes: Uint8Array, name: string): FileDescriptorProto[] {
  const files = decode(bytes);
  // Nearly any bytes are a message of some kind; a set of files has names.
  if (files === null || files.length === 0 || files.some((file) => file.name === '')) {
    throw usageError(
      `"${escapeText(name)}" is no protoset`,
      'protoc --include_imports --descriptor_set_out=FILE writes one',
    );
  }
  return files;
}

function decode(bytes: Uint8Array): FileDescriptorProto[] | null {
  try {
    return fromBinary(FileDescriptorSetSchema, bytes).file;
  } catch {
    return null;
  }
}
