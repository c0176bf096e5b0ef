import { closeSync, openSync, readSync } from 'node:fs';
import { escapeText, formatBytes, usageError } from '../core/index.js';

const CHUNK_BYTES = 65_536;
const STDIN = 0;
/** How long to wait where standard input is one that does not block, and has nothing yet. */
const POLL_MS = 5;

/**
 * Reads a whole file of at most `maxBytes`. It counts what it reads and does not trust a size: pipes and
 * devices have none.
 *
 * @throws ZipfireError `usage` when it cannot be read or is larger
 */
export function readFileBounded(path: string, maxBytes: number): Uint8Array {
  return readBounded(escapeText(path), maxBytes, (read) => {
    const file = openSync(path, 'r');
    try {
      read(file);
    } finally {
      closeSync(file);
    }
  });
}

/** The same of standard input. */
export function readStdinBounded(maxBytes: number): Uint8Array {
  return readBounded('standard input', maxBytes, (read) => read(STDIN));
}

/** @param open gives the file to what reads it */
function readBounded(
  shown: string,
  maxBytes: number,
  open: (read: (file: number) => void) => void,
): Uint8Array {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    open((file) => {
      while (size <= maxBytes) {
        const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
        const read = readChunk(file, chunk);
        if (read === 0) break;
        chunks.push(chunk.subarray(0, read));
        size += read;
      }
    });
  } catch (error) {
    throw usageError(`cannot read ${shown}: ${reasonOf(error)}`);
  }
  if (size > maxBytes) throw usageError(`${shown} is larger than ${formatBytes(maxBytes)}`);
  return Buffer.concat(chunks);
}

function readChunk(file: number, chunk: Buffer): number {
  for (;;) {
    try {
      return readSync(file, chunk);
    } catch (error) {
      if (codeOf(error) === 'EOF') return 0; // how Windows ends a pipe
      if (codeOf(error) !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, POLL_MS);
    }
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'no permission to read it',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is not a folder',
};

function reasonOf(error: unknown): string {
  return reasons[codeOf(error)] ?? (error instanceof Error ? escapeText(error.message) : 'unknown reason');
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
