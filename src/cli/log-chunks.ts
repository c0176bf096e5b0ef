import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { escapeText, usageError } from '../core/index.js';

const CHUNK_BYTES = 1 << 20;

/**
 * The bytes of a log, gzip undone; `-` is stdin. A chunk is good until the next one is asked for.
 *
 * @throws ZipfireError `usage` where it cannot be read
 */
export async function* logChunks(path: string): AsyncGenerator<Buffer> {
  try {
    if (path === '-') yield* inflated(process.stdin);
    else yield* fileChunks(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw usageError(`cannot read ${escapeText(path)}: ${reasonOf(error.message, String(error.code))}`);
  }
}

async function* fileChunks(path: string): AsyncGenerator<Buffer> {
  const file = await open(path);
  let isGzip = false;
  try {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    const first = await file.read(buffer, 0, CHUNK_BYTES);
    const chunk = buffer.subarray(0, first.bytesRead);
    isGzip = beginsGzip(chunk);
    if (!isGzip && chunk.length > 0) {
      yield chunk;
      yield* restOf(file, buffer);
    }
  } finally {
    await file.close();
  }
  if (isGzip) yield* inflated(createReadStream(path));
}

/** One buffer for all chunks: a new one for each would leave hundreds of megabytes to the collector. */
async function* restOf(file: FileHandle, buffer: Buffer): AsyncGenerator<Buffer> {
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

async function* inflated(source: Readable): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let first = Buffer.alloc(0);
  // A pipe may give single bytes; two tell.
  while (first.length < 2) {
    const next = await chunks.next();
    if (next.done === true) break;
    first = Buffer.concat([first, next.value]);
  }
  const whole = Readable.from(joined(first, chunks), { objectMode: false });
  if (!beginsGzip(first)) {
    for await (const chunk of whole) yield chunk as Buffer;
    return;
  }
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES / 4 });
  // Its errors come out of gunzip too.
  pipeline(whole, gunzip, () => {});
  for await (const chunk of gunzip) yield chunk as Buffer;
}

async function* joined(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

function beginsGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'no permission to read it',
  EISDIR: 'it is a folder',
  Z_DATA_ERROR: 'its gzip data is damaged',
  Z_BUF_ERROR: 'its gzip data ends too soon',
};

function reasonOf(message: string, code: string): string {
  return reasons[code] ?? escapeText(message);
}
