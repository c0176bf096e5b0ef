export type OnLine = (bytes: Buffer, start: number, end: number) => void;

const LF = 0x0a;
const CR = 0x0d;

/**
 * Cuts chunks of bytes into lines without copying them: only a line that two chunks share is put together. A line
 * longer than `maxBytes` is passed over, so that memory stays bounded whatever comes.
 */
export class LineReader {
  readonly #onLine: OnLine;
  readonly #maxBytes: number;
  #open: Buffer;
  #openBytes = 0;
  #isTooLong = false;
  /** Lines that ended so far, too long ones included. */
  lines = 0;
  tooLong = 0;

  constructor(maxBytes: number, onLine: OnLine) {
    this.#maxBytes = maxBytes;
    this.#onLine = onLine;
    this.#open = Buffer.allocUnsafe(Math.min(maxBytes, 4096));
  }

  push(chunk: Buffer): void {
    let from = 0;
    let end = chunk.indexOf(LF);
    if (end !== -1 && (this.#openBytes > 0 || this.#isTooLong)) {
      this.#keep(chunk, 0, end);
      this.#endOpen();
      from = end + 1;
      end = chunk.indexOf(LF, from);
    }
    while (end !== -1) {
      if (end - from > this.#maxBytes) this.#passOver();
      else this.#emit(chunk, from, end);
      from = end + 1;
      end = chunk.indexOf(LF, from);
    }
    if (from < chunk.length) this.#keep(chunk, from, chunk.length);
  }

  /** The last line needs no end. */
  end(): void {
    if (this.#openBytes > 0 || this.#isTooLong) this.#endOpen();
  }

  #emit(bytes: Buffer, from: number, to: number): void {
    this.lines++;
    const end = to > from && bytes[to - 1] === CR ? to - 1 : to;
    if (end > from) this.#onLine(bytes, from, end);
  }

  #passOver(): void {
    this.lines++;
    this.tooLong++;
  }

  #keep(chunk: Buffer, from: number, to: number): void {
    const bytes = this.#openBytes + to - from;
    if (this.#isTooLong || bytes > this.#maxBytes) {
      this.#isTooLong = true;
      return;
    }
    if (bytes > this.#open.length) {
      const larger = Buffer.allocUnsafe(Math.min(this.#maxBytes, Math.max(bytes, 2 * this.#open.length)));
      this.#open.copy(larger, 0, 0, this.#openBytes);
      this.#open = larger;
    }
    chunk.copy(this.#open, this.#openBytes, from, to);
    this.#openBytes = bytes;
  }

  #endOpen(): void {
    const bytes = this.#openBytes;
    const isTooLong = this.#isTooLong;
    this.#openBytes = 0;
    this.#isTooLong = false;
    if (isTooLong) this.#passOver();
    else this.#emit(this.#open, 0, bytes);
  }
}
