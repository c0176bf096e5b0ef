import { closeSync, openSync, readSync } from 'node:fs';
import { escapeText, formatBytes, usageError } from '../core/index.js';

const CHUNK_BYTES = 65_536;

/**
 * Reads a whole file of at most `maxBytes`. It counts what it reads and does not trust a size: pipes and
 * devices have none.
 *
 * @throws ZipfireError `usage` when it cannot be read or is larger
 */
export function readFileBounded(path: string, maxBytes: number): Uint8Array {
  const shown = escapeText(path);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    const file = openSync(path, 'r');
    try {
      while (size <= maxBytes) {
        const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
        const read = readSync(file, chunk);
        if (read === 0) break;
        chunks.push(chunk.subarray(0, read));
        size += read;
      }
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw usageError(`cannot read ${shown}: ${reasonOf(error)}`);
  }
  if (size > maxBytes) throw usageError(`${shown} is larger than ${formatBytes(maxBytes)}`);
  return Buffer.concat(chunks);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'no permission to read it',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is not a folder',
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons[code] ?? (error instanceof Error ? escapeText(error.message) : 'unknown reason');
}
