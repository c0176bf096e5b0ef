import { Appender, Stretch } from './file.js';

/** Records that are sorted in memory at once; more of them go to the file, and are merged from there. */
const CHUNK_BYTES = 32 * 2 ** 20;
const MERGE_BYTES = 128 * 2 ** 10;
/** Before each record: its time, and how long it is. */
const HEAD_BYTES = 12;

/** Records of one sorted chunk, and the time of its first. */
interface Run {
  readonly start: number;
  readonly end: number;
  readonly firstMs: number;
}

/**
 * Sorts records by time, those of one time in the order in which they came, in bounded memory: a few tens of
 * megabytes, however many there are (external merge sort: Knuth, TAOCP 3, section 5.4). Logs are nearly sorted, as a
 * line is written when its response ends; so two or three runs are read side by side, as a rule, and not all of them.
 */
export class TimeSorter {
  readonly #fd: number;
  readonly #file: Appender;
  readonly #chunkBytes: number;
  #chunk: Buffer;
  #filled = 0;
  #times: number[] = [];
  #starts: number[] = [];
  #isSorted = true;
  readonly #runs: Run[] = [];

  /** @param fd of an empty file, to read and write */
  constructor(fd: number, chunkBytes = CHUNK_BYTES) {
    this.#fd = fd;
    this.#file = new Appender(fd);
    this.#chunkBytes = chunkBytes;
    this.#chunk = Buffer.allocUnsafe(Math.min(chunkBytes, 2 ** 20));
  }

  add(timeMs: number, record: Buffer): void {
    const bytes = HEAD_BYTES + record.length;
    if (this.#filled > 0 && this.#filled + bytes > this.#chunkBytes) this.#endRun();
    if (this.#filled + bytes > this.#chunk.length) this.#grow(bytes);
    this.#isSorted &&= timeMs >= (this.#times.at(-1) ?? Number.NEGATIVE_INFINITY);
    this.#times.push(timeMs);
    this.#starts.push(this.#filled);
    this.#chunk.writeDoubleLE(timeMs, this.#filled);
    this.#chunk.writeUInt32LE(record.length, this.#filled + 8);
    record.copy(this.#chunk, this.#filled + HEAD_BYTES);
    this.#filled += bytes;
  }

  /** All records in their order, once. A record is good until the next one is taken. */
  *sorted(): Generator<{ readonly timeMs: number; readonly record: Buffer }> {
    if (this.#runs.length === 0) {
      for (const i of this.#order()) {
        const head = this.#starts[i] as number;
        const from = head + HEAD_BYTES;
        const record = this.#chunk.subarray(from, from + this.#chunk.readUInt32LE(head + 8));
        yield { timeMs: this.#times[i] as number, record };
      }
      return;
    }
    this.#endRun();
    this.#file.flush();
    this.#chunk = Buffer.alloc(0);
    yield* this.#merged();
  }

  /** A run is opened when its first record may be the next: until then it costs nothing. */
  *#merged(): Generator<{ readonly timeMs: number; readonly record: Buffer }> {
    // By first time; of one time in the order in which they came, as this sort is stable.
    const waiting = this.#runs
      .toSorted((a, b) => a.firstMs - b.firstMs)
      .map((run) => ({ run, rank: this.#runs.indexOf(run) }));
    const open: OpenRun[] = [];
    for (;;) {
      let next: OpenRun | undefined;
      for (const one of open) if (next === undefined || one.isBefore(next)) next = one;
      const [candidate] = waiting;
      if (
        candidate !== undefined &&
        (next === undefined ||
          candidate.run.firstMs < next.timeMs ||
          (candidate.run.firstMs === next.timeMs && candidate.rank < next.rank))
      ) {
        waiting.shift();
        open.push(new OpenRun(this.#fd, candidate.run, candidate.rank));
        continue;
      }
      if (next === undefined) return;
      yield { timeMs: next.timeMs, record: next.record };
      if (!next.advance()) open.splice(open.indexOf(next), 1);
    }
  }

  #endRun(): void {
    const start = this.#file.position;
    const order = this.#order();
    for (const i of order) {
      this.#file.write(this.#chunk.subarray(this.#starts[i], this.#starts[i + 1] ?? this.#filled));
    }
    const firstMs = this.#times[order[0] ?? 0] ?? 0;
    this.#runs.push({ start, end: this.#file.position, firstMs });
    this.#filled = 0;
    this.#times = [];
    this.#starts = [];
    this.#isSorted = true;
  }

  #order(): number[] {
    const times = this.#times;
    const order = times.map((_, i) => i);
    return this.#isSorted ? order : order.sort((a, b) => (times[a] as number) - (times[b] as number));
  }

  #grow(bytes: number): void {
    const larger = Buffer.allocUnsafe(Math.max(this.#filled + bytes, 2 * this.#chunk.length));
    this.#chunk.copy(larger, 0, 0, this.#filled);
    this.#chunk = larger;
  }
}

/** A run at its next record. */
class OpenRun {
  readonly rank: number;
  readonly #bytes: Stretch;
  timeMs = 0;
  record: Buffer = Buffer.alloc(0);

  constructor(fd: number, { start, end }: Run, rank: number) {
    this.rank = rank;
    this.#bytes = new Stretch(fd, start, end, MERGE_BYTES);
    this.advance();
  }

  /** @returns whether there is one more */
  advance(): boolean {
    const stretch = this.#bytes;
    if (!stretch.has(HEAD_BYTES)) return false;
    const bytes = HEAD_BYTES + stretch.bytes.readUInt32LE(stretch.at + 8);
    if (!stretch.has(bytes)) throw new Error('a run of the replay ends within a record');
    this.timeMs = stretch.bytes.readDoubleLE(stretch.at);
    this.record = stretch.bytes.subarray(stretch.at + HEAD_BYTES, stretch.at + bytes);
    stretch.at += bytes;
    return true;
  }

  isBefore(other: OpenRun): boolean {
    return this.timeMs < other.timeMs || (this.timeMs === other.timeMs && this.rank < other.rank);
  }
}
