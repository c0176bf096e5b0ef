import type { SchemaSource } from '../../core/index.js';
import type { Problems } from '../problems.js';
import { checkMetadata, metadataOf } from './metadata.js';

/** The `grpc` part of a profile, each value checked for itself. */
interface RawGrpc {
  readonly proto?: readonly string[] | undefined;
  readonly importPaths?: readonly string[] | undefined;
  readonly protosets?: readonly string[] | undefined;
  readonly reflectMetadata?: Readonly<Record<string, readonly string[]>> | undefined;
}

/**
 * Where a profile has its schema; null when it says nothing of it.
 * @param fileOf where a file of the profile is
 */
export function readSchemaSource(
  raw: RawGrpc,
  fileOf: (path: string) => string,
  problems: Problems,
): SchemaSource | null {
  const source: SchemaSource = {
    protoFiles: (raw.proto ?? []).map(fileOf),
    importPaths: (raw.importPaths ?? []).map(fileOf),
    protosets: (raw.protosets ?? []).map(fileOf),
    reflectMetadata: Object.entries(raw.reflectMetadata ?? {}).flatMap(([name, values]) =>
      values.map((value) => metadataOf([name, value])),
    ),
  };
  for (const header of source.reflectMetadata) {
    problems.attempt(['grpc', 'reflectMetadata', header[0]], () => checkMetadata(header));
  }
  checkSchemaSource(source, problems);
  return Object.values(source).some((part) => part.length > 0) ? source : null;
}

/** One place for a schema: what is given beside it would be looked at by nobody. */
export function checkSchemaSource(source: SchemaSource, problems: Problems): void {
  const { protoFiles, importPaths, protosets, reflectMetadata } = source;
  if (protoFiles.length > 0 && protosets.length > 0) {
    problems.add(
      ['grpc', 'protosets'],
      'the schema comes from .proto files already',
      'choose one of the two',
    );
  }
  if (protoFiles.length === 0 && importPaths.length > 0) {
    problems.add(['grpc', 'importPaths'], 'there are no .proto files that could import', 'name them too');
  }
  if (protoFiles.length + protosets.length > 0 && reflectMetadata.length > 0) {
    problems.add(['grpc', 'reflectMetadata'], 'the schema comes from files: no reflection is called');
  }
}
