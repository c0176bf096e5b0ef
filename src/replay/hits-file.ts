import { closeSync, openSync } from 'node:fs';
import { Appender, Stretch } from './file.js';

/**
 * The hits of a replay in a file, in their order. Hits of one time are a group, behind a head that says how many
 * they are, so that they can be spread over what the time leaves open:
 *
 * ```
 * file   = *( group *hit )
 * group  = %x00 time:f64 count:u32          ; ms since the first group
 * hit    = %x01 bytes:u32 shape:u16 *value  ; bytes: of shape and values
 * value  = bytes:u32 *OCTET                 ; the target, the headers of the shape, the body if the shape has one
 * ```
 *
 * Numbers are little-endian.
 */
const GROUP = 0;
const HIT = 1;
const GROUP_BYTES = 13;
const HIT_HEAD_BYTES = 5;
const READ_BYTES = 256 * 2 ** 10;

/** A hit's shape and values as bytes, for `HitsWriter`. @param values byte strings */
export function encodeHit(shape: number, values: readonly string[]): Buffer {
  const bytes = Buffer.allocUnsafe(values.reduce((sum, value) => sum + 4 + value.length, 2));
  let at = bytes.writeUInt16LE(shape);
  for (const value of values) {
    at = bytes.writeUInt32LE(value.length, at);
    at += bytes.write(value, at, 'latin1');
  }
  return bytes;
}

export class HitsWriter {
  readonly #file: Appender;
  readonly #head = Buffer.allocUnsafe(GROUP_BYTES);
  #startMs = 0;
  #timeMs = Number.NaN;
  #groupAt = 0;
  #inGroup = 0;
  hits = 0;

  constructor(fd: number) {
    this.#file = new Appender(fd);
  }

  /** From the first to the last. */
  get lengthMs(): number {
    return this.hits === 0 ? 0 : this.#timeMs - this.#startMs;
  }

  /** In the order of time. */
  add(timeMs: number, hit: Buffer): void {
    if (timeMs !== this.#timeMs) this.#beginGroup(timeMs);
    this.#head[0] = HIT;
    this.#head.writeUInt32LE(hit.length, 1);
    this.#file.write(this.#head.subarray(0, HIT_HEAD_BYTES));
    this.#file.write(hit);
    this.#inGroup++;
    this.hits++;
  }

  end(): void {
    this.#endGroup();
    this.#file.flush();
  }

  #beginGroup(timeMs: number): void {
    if (this.hits === 0) this.#startMs = timeMs;
    else this.#endGroup();
    this.#timeMs = timeMs;
    this.#groupAt = this.#file.position;
    this.#inGroup = 0;
    this.#head[0] = GROUP;
    this.#head.writeDoubleLE(timeMs - this.#startMs, 1);
    this.#head.writeUInt32LE(0, 9);
    this.#file.write(this.#head);
  }

  #endGroup(): void {
    if (this.#inGroup > 0) this.#file.patchUint32(this.#groupAt + 9, this.#inGroup);
  }
}

/** Reads hits by their number: forward it passes over those in between, backward it begins again. */
export class HitsReader {
  readonly #fd: number;
  readonly #file: Stretch;
  readonly #spreadMs: number;
  /** Number of the hit that is read. */
  #hit = -1;
  #groupMs = 0;
  #groupHits = 0;
  #inGroup = 0;
  shape = 0;
  /** Of the hit, from the first one's time, in the log's time. */
  timeMs = 0;
  /** Byte strings; of the shape's number of values, the first so many. */
  readonly values: string[] = [];

  /** @param spreadMs hits of one time are spread evenly over so much: what the log's times leave open */
  constructor(path: string, spreadMs: number) {
    this.#fd = openSync(path, 'r');
    this.#file = new Stretch(this.#fd, 0, Number.POSITIVE_INFINITY, READ_BYTES);
    this.#spreadMs = spreadMs;
  }

  /** @param hit below the number of hits */
  seek(hit: number): void {
    if (hit === this.#hit) return;
    if (hit < this.#hit) {
      this.#file.rewind();
      this.#hit = -1;
    }
    while (this.#hit < hit - 1) {
      const bytes = this.#next();
      this.#file.at += bytes;
    }
    this.#take(this.#next());
    this.timeMs = this.#groupMs + ((this.#inGroup - 1) / this.#groupHits) * this.#spreadMs;
  }

  close(): void {
    closeSync(this.#fd);
  }

  /** Goes to the next hit. @returns how long it is, from `at` on */
  #next(): number {
    const file = this.#file;
    if (!file.has(1)) throw new Error(`the replay has no hit ${this.#hit + 1}`);
    if (file.bytes[file.at] === GROUP) {
      file.has(GROUP_BYTES);
      this.#groupMs = file.bytes.readDoubleLE(file.at + 1);
      this.#groupHits = file.bytes.readUInt32LE(file.at + 9);
      this.#inGroup = 0;
      file.at += GROUP_BYTES;
    }
    file.has(HIT_HEAD_BYTES);
    const bytes = file.bytes.readUInt32LE(file.at + 1);
    file.at += HIT_HEAD_BYTES;
    if (!file.has(bytes)) throw new Error('the replay ends within a hit');
    this.#hit++;
    this.#inGroup++;
    return bytes;
  }

  #take(bytes: number): void {
    const file = this.#file;
    const end = file.at + bytes;
    this.shape = file.bytes.readUInt16LE(file.at);
    let at = file.at + 2;
    for (let i = 0; at < end; i++) {
      const length = file.bytes.readUInt32LE(at);
      this.values[i] = file.bytes.toString('latin1', at + 4, at + 4 + length);
      at += 4 + length;
    }
    file.at = end;
  }
}
