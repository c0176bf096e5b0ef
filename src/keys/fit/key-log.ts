import { usageError } from '../../core/index.js';
import { LineReader } from '../../log/index.js';
import { formatOf, type KeyLogOptions } from './formats/detect.js';
import type { KeyFormat } from './formats/format.js';
import { KeyCounter } from './key-counter.js';

const MAX_LINE_BYTES = 65_536;
/** A user's regex gets shorter ones: what it may cost grows faster than the line. */
const MAX_PATTERN_LINE_BYTES = 8192;
const SAMPLE_LINES = 100;
const SAMPLE_BYTES = 1 << 20;

/**
 * Reads the keys of a log: chunks of bytes in, counts out. What it holds in memory does not grow with the log:
 * see `KeyCounter` for the most keys, and `LineReader` for the longest line.
 */
export class KeyLog {
  readonly #options: KeyLogOptions;
  readonly #reader: LineReader;
  readonly counter: KeyCounter;
  #format: KeyFormat | null = null;
  /** The first lines, until the format is known. */
  #sample: Buffer[] = [];
  #sampleBytes = 0;
  #bytes = 0;

  /** @param seed of the hash of keys */
  constructor(options: KeyLogOptions, seed = 1, counter = new KeyCounter(seed)) {
    this.#options = options;
    this.counter = counter;
    const hasPattern = options.regex !== undefined || options.key !== undefined;
    this.#reader = new LineReader(hasPattern ? MAX_PATTERN_LINE_BYTES : MAX_LINE_BYTES, (bytes, start, end) =>
      this.#line(bytes, start, end),
    );
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Lines that ended so far. */
  get lines(): number {
    return this.#reader.lines;
  }

  get linesTooLong(): number {
    return this.#reader.tooLong;
  }

  /** Lines that were read, and have none. */
  get linesWithoutKey(): number {
    return this.lines - this.linesTooLong - (this.#format?.headers ?? 0) - this.counter.requests;
  }

  /** What the lines were found to be. */
  get about(): string {
    return this.#format?.about ?? '';
  }

  /** @throws ZipfireError `usage` when the first lines are of no known format */
  push(chunk: Buffer): void {
    this.#bytes += chunk.length;
    this.#reader.push(chunk);
  }

  /**
   * After the last chunk.
   * @throws ZipfireError `usage` when the log has no key at all
   */
  end(): void {
    this.#reader.end();
    if (this.#format === null) this.#begin();
    if (this.counter.requests > 0) return;
    throw usageError(
      `none of the ${this.lines} lines has a key; they were read as ${this.about}`,
      "say what the key is: --regex 'user=(\\d+)', --field, --column, or --key for the path of an access log",
    );
  }

  #line(bytes: Buffer, start: number, end: number): void {
    if (this.#format === null) {
      this.#sample.push(Buffer.from(bytes.subarray(start, end)));
      this.#sampleBytes += end - start;
      if (this.#sample.length === SAMPLE_LINES || this.#sampleBytes > SAMPLE_BYTES) this.#begin();
      return;
    }
    const format = this.#format;
    if (format.find(bytes, start, end)) this.counter.add(format.bytes, format.from, format.to);
  }

  #begin(): void {
    const sample = this.#sample;
    if (sample.length === 0) {
      const reason = this.linesTooLong > 0 ? `its ${this.lines} lines are all too long` : 'it is empty';
      throw usageError(`the log has no line to read: ${reason}`);
    }
    if (sample.some((line) => line.includes(0))) {
      throw usageError('this is no log: it holds NUL bytes', 'decompress it first; gzip is read as it is');
    }
    this.#sample = [];
    this.#format = formatOf(
      sample.map((line) => line.toString('utf8')),
      this.#options,
    );
    for (const line of sample) this.#line(line, 0, line.length);
  }
}
