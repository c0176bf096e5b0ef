import { readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { escapeText, usageError, ZipfireError } from '../../core/index.js';
import { compileProtos } from './compile.js';

/** Written by hand, a `.proto` file has a few thousand bytes. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;

/**
 * Compiles `.proto` files from disk.
 *
 * @param paths of the files
 * @param importPaths folders that imports are looked for in, in order; the folder of each file, and the working
 *   directory, come after them
 * @returns each file after those it imports
 * @throws ZipfireError `usage` with file, line and column
 */
export function compileProtoFiles(
  paths: readonly string[],
  importPaths: readonly string[] = [],
): FileDescriptorProto[] {
  const folders = [...new Set([...importPaths, ...paths.map((path) => dirname(path)), '.'])];
  for (const path of paths) {
    if (read(path) === null) throw usageError(`there is no file ${shown(path)}`);
  }
  return compileProtos(
    paths.map((path) => importName(path, folders)),
    (name) => find(name, folders),
    folders,
  );
}

/** What a file is imported by: its path within the first folder that holds it. */
function importName(path: string, folders: readonly string[]): string {
  for (const folder of folders) {
    const inside = relative(resolve(folder), resolve(path));
    if (inside !== '' && !inside.startsWith('..') && !isAbsolute(inside)) return inside.split(sep).join('/');
  }
  return path; // its own folder is among them
}

function find(name: string, folders: readonly string[]): string | null {
  // As in protoc: an import stays within its folder.
  if (isAbsolute(name) || name.includes('\\') || name.split('/').includes('..')) return null;
  for (const folder of folders) {
    const source = read(join(folder, name));
    if (source !== null) return source;
  }
  return null;
}

/** Null when there is no such file. */
function read(path: string): string | null {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined || !stat.isFile()) return null;
    if (stat.size > MAX_FILE_BYTES) throw usageError(`${shown(path)} has more than ${MAX_FILE_BYTES} bytes`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof ZipfireError || !(error instanceof Error)) throw error;
    throw usageError(`cannot read ${shown(path)}: ${error.message}`);
  }
}

function shown(path: string): string {
  return `"${escapeText(path)}"`;
}
