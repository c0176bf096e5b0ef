import { readFileSync } from 'node:fs';
import { escapeText, usageError } from '../../core/index.js';
import { compileProtoFiles } from '../proto/files.js';
import { readProtoset } from './protoset.js';
import { Schema } from './schema.js';

/**
 * The schema of `.proto` files.
 * @param importPaths folders that imports are looked for in
 * @throws ZipfireError `usage` with file, line and column
 */
export function loadProtoFiles(paths: readonly string[], importPaths: readonly string[] = []): Schema {
  return Schema.from(compileProtoFiles(paths, importPaths), paths.join(', '));
}

/** The schema of protosets. A file that several have is taken from the first. @throws ZipfireError `usage` */
export function loadProtosets(paths: readonly string[]): Schema {
  const files = paths.flatMap((path) => readProtoset(readBytes(path), path));
  return Schema.from(files.toReversed(), paths.join(', '));
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw usageError(`cannot read "${escapeText(path)}": ${error instanceof Error ? error.message : error}`);
  }
}
