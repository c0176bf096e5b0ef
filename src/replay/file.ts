import { readSync, writeSync } from 'node:fs';

/** A file written from its beginning on, in large pieces. What was written may be changed later. */
export class Appender {
  readonly #fd: number;
  readonly #buffer: Buffer;
  #filled = 0;
  /** Where in the file the buffer begins. */
  #flushed = 0;

  constructor(fd: number, bufferBytes = 1 << 20) {
    this.#fd = fd;
    this.#buffer = Buffer.allocUnsafe(bufferBytes);
  }

  /** Bytes written so far. */
  get position(): number {
    return this.#flushed + this.#filled;
  }

  write(bytes: Buffer): void {
    if (bytes.length > this.#buffer.length - this.#filled) this.flush();
    if (bytes.length > this.#buffer.length) {
      writeAll(this.#fd, bytes, this.#flushed);
      this.#flushed += bytes.length;
      return;
    }
    bytes.copy(this.#buffer, this.#filled);
    this.#filled += bytes.length;
  }

  /** Changes four bytes that were written before. */
  patchUint32(position: number, value: number): void {
    if (position >= this.#flushed) {
      this.#buffer.writeUInt32LE(value, position - this.#flushed);
      return;
    }
    const bytes = Buffer.allocUnsafe(4);
    bytes.writeUInt32LE(value);
    writeAll(this.#fd, bytes, position);
  }

  flush(): void {
    writeAll(this.#fd, this.#buffer.subarray(0, this.#filled), this.#flushed);
    this.#flushed += this.#filled;
    this.#filled = 0;
  }
}

function writeAll(fd: number, bytes: Buffer, position: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(fd, bytes, done, bytes.length - done, position + done);
  }
}

/**
 * A stretch of a file, read in its order. It reads at once, not by promises: a hit cannot wait for one. The file was
 * written by the same process a moment ago or is read ahead by the system, so a read is a copy of memory.
 */
export class Stretch {
  readonly #fd: number;
  readonly #start: number;
  readonly #end: number;
  /** Where in the file the unread rest of the buffer ends. */
  #position: number;
  bytes: Buffer;
  /** What was read and not yet taken: `bytes[at…to)`. */
  at = 0;
  to = 0;

  constructor(fd: number, start: number, end: number, bufferBytes: number) {
    this.#fd = fd;
    this.#start = start;
    this.#end = end;
    this.#position = start;
    this.bytes = Buffer.allocUnsafe(bufferBytes);
  }

  rewind(): void {
    this.#position = this.#start;
    this.at = 0;
    this.to = 0;
  }

  /** Has the next `count` bytes stand at `bytes[at]`. @returns whether there are so many */
  has(count: number): boolean {
    if (this.to - this.at >= count) return true;
    this.bytes.copyWithin(0, this.at, this.to);
    this.to -= this.at;
    this.at = 0;
    if (count > this.bytes.length) {
      const larger = Buffer.allocUnsafe(2 * count);
      this.bytes.copy(larger, 0, 0, this.to);
      this.bytes = larger;
    }
    while (this.to < count) {
      const wanted = Math.min(this.bytes.length - this.to, this.#end - this.#position);
      const read = wanted > 0 ? readSync(this.#fd, this.bytes, this.to, wanted, this.#position) : 0;
      if (read === 0) return false;
      this.to += read;
      this.#position += read;
    }
    return true;
  }
}
