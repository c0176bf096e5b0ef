import { DynamicTable, ENTRY_OVERHEAD } from './dynamic-table.js';
import { decodeHuffman, maxDecodedLength } from './huffman.js';
import { STATIC_COUNT, staticFields } from './static-table.js';

/** The capacity both sides start with, RFC 9113 §6.5.2 (SETTINGS_HEADER_TABLE_SIZE). */
export const INITIAL_TABLE_SIZE = 4096;

/** Continuation bytes that an integer may have: values up to 2^28 and a bit, far above any length allowed. */
const MAX_INTEGER_BYTES = 4;

/** Why a block can't be decoded. The connection's compression state is lost with it, RFC 7541 §2.2. */
export type HpackFault =
  | 'a header field that is cut off'
  | 'an integer out of range'
  | 'a header index without an entry'
  | 'a wrong Huffman code'
  | 'a table size update inside the block'
  | 'a table size update above the limit'
  | 'no table size update after the limit was lowered';

/** Takes the fields of a block in their order. Pseudo-header names keep their colon. */
export interface FieldSink {
  /** The value is `bytes[from, to)`, and is gone after the call. */
  field(name: string, bytes: Buffer, from: number, to: number): void;
}

/**
 * The decoding half of one connection's HPACK context, RFC 7541. Never throws. Memory is bounded by the table
 * size announced and the longest block given.
 */
export class HpackDecoder {
  /** Whether the last block neither read nor changed the dynamic table: the same bytes always mean the same. */
  stateless = false;
  /** Whether the last block's list went over the bound: it was read to its end, but not handed on whole. */
  tooLarge = false;
  readonly #table: DynamicTable<Buffer>;
  readonly #maxListSize: number;
  #maxTableSize = INITIAL_TABLE_SIZE;
  /** The size that the next block must begin by going down to; infinite when none is due. */
  #dueUpdate = Number.POSITIVE_INFINITY;
  #listSize = 0;
  // The block being read, and the string read last.
  #block: Buffer = empty;
  #at = 0;
  #end = 0;
  #fault: HpackFault | null = null;
  #sink: FieldSink = nowhere;
  #text: Buffer = empty;
  #textFrom = 0;
  #textTo = 0;
  #scratch: Buffer = empty;

  /** @param maxListSize bound of a block's names and values, 32 bytes added for each field (RFC 9113 §6.5.2) */
  constructor(maxListSize: number) {
    this.#maxListSize = maxListSize;
    this.#table = new DynamicTable<Buffer>(INITIAL_TABLE_SIZE);
  }

  /**
   * The peer acknowledged a SETTINGS_HEADER_TABLE_SIZE. If its table must shrink for that, it has to say so at
   * the head of its next block (RFC 7541 §4.2); of several sizes acknowledged in between, the lowest counts.
   */
  setMaxTableSize(size: number): void {
    this.#maxTableSize = size;
    if (size < this.#table.capacity) this.#dueUpdate = Math.min(this.#dueUpdate, size);
  }

  /** Whether the next block must open with a size update, so that a block without one can't be trusted. */
  get updateDue(): boolean {
    return this.#dueUpdate !== Number.POSITIVE_INFINITY;
  }

  get tableCapacity(): number {
    return this.#table.capacity;
  }

  get tableSize(): number {
    return this.#table.size;
  }

  /** Decodes `block[from, to)`, a whole header block. Null when it went well. */
  decode(block: Buffer, from: number, to: number, sink: FieldSink): HpackFault | null {
    this.#block = block;
    this.#at = from;
    this.#end = to;
    this.#sink = sink;
    this.#fault = null;
    this.#listSize = 0;
    this.stateless = true;
    this.tooLarge = false;
    this.#readUpdates();
    while (this.#fault === null && this.#at < this.#end) this.#readField();
    this.#block = empty;
    this.#text = empty;
    this.#sink = nowhere;
    return this.#fault;
  }

  /** Size updates, §6.3: 001, at the head of the block only. */
  #readUpdates(): void {
    while (this.#at < this.#end && ((this.#block[this.#at] as number) & 0xe0) === 0x20) {
      this.stateless = false;
      const size = this.#readInteger(5);
      if (this.#fault !== null) return;
      if (size > Math.min(this.#maxTableSize, this.#dueUpdate)) {
        this.#fault = 'a table size update above the limit';
        return;
      }
      this.#dueUpdate = Number.POSITIVE_INFINITY;
      this.#table.resize(size);
    }
    if (this.updateDue) this.#fault = 'no table size update after the limit was lowered';
  }

  #readField(): void {
    const first = this.#block[this.#at] as number;
    if ((first & 0x80) !== 0) this.#readIndexed();
    else if ((first & 0x40) !== 0) this.#readLiteral(6, true);
    else if ((first & 0x20) !== 0) this.#fault = 'a table size update inside the block';
    else this.#readLiteral(4, false);
  }

  /** §6.1: 1, then the index of the whole field. */
  #readIndexed(): void {
    const index = this.#readInteger(7);
    if (this.#fault !== null) return;
    const name = this.#nameAt(index);
    if (name === null) return;
    const value = this.#valueAt(index);
    this.#emit(name, value, 0, value.length);
  }

  /** §6.2: 01 with indexing, 0000 without, 0001 never; then the name's index or the name, and the value. */
  #readLiteral(prefixBits: 4 | 6, indexing: boolean): void {
    const index = this.#readInteger(prefixBits);
    if (this.#fault !== null) return;
    let name: string | null;
    if (index === 0) {
      this.#readString();
      if (this.#fault !== null) return;
      name = this.#text.toString('latin1', this.#textFrom, this.#textTo);
    } else name = this.#nameAt(index);
    if (name === null) return;
    this.#readString();
    if (this.#fault !== null) return;
    this.#emit(name, this.#text, this.#textFrom, this.#textTo);
    if (!indexing) return;
    this.stateless = false;
    this.#table.add(name, copyOf(this.#text, this.#textFrom, this.#textTo));
  }

  #nameAt(index: number): string | null {
    let name: string | undefined;
    if (index > STATIC_COUNT) {
      this.stateless = false;
      name = this.#table.name(index - STATIC_COUNT - 1);
    } else name = staticFields[index - 1]?.[0];
    if (name !== undefined) return name;
    this.#fault = 'a header index without an entry';
    return null;
  }

  /** Only for an index that `nameAt` knew. */
  #valueAt(index: number): Buffer {
    if (index > STATIC_COUNT) return this.#table.value(index - STATIC_COUNT - 1) as Buffer;
    return staticValues[index - 1] as Buffer;
  }

  /** Past the bound nothing is handed on any more, but the block is read on: the table depends on it. */
  #emit(name: string, bytes: Buffer, from: number, to: number): void {
    this.#listSize += name.length + (to - from) + ENTRY_OVERHEAD;
    if (this.#listSize > this.#maxListSize) this.tooLarge = true;
    else this.#sink.field(name, bytes, from, to);
  }

  /** §5.1. Meaningless when it leaves a fault. */
  #readInteger(prefixBits: number): number {
    const full = (1 << prefixBits) - 1;
    const block = this.#block;
    let value = (block[this.#at++] as number) & full;
    if (value < full) return value;
    for (let i = 0; i < MAX_INTEGER_BYTES; i++) {
      if (this.#at >= this.#end) {
        this.#fault = 'a header field that is cut off';
        return 0;
      }
      const byte = block[this.#at++] as number;
      value += (byte & 0x7f) << (7 * i);
      if (byte < 0x80) return value;
    }
    this.#fault = 'an integer out of range';
    return 0;
  }

  /** §5.2: leaves `text[textFrom, textTo)`, which is the block itself or, decoded, the scratch bytes. */
  #readString(): void {
    if (this.#at >= this.#end) {
      this.#fault = 'a header field that is cut off';
      return;
    }
    const huffman = ((this.#block[this.#at] as number) & 0x80) !== 0;
    const length = this.#readInteger(7);
    if (this.#fault !== null) return;
    const from = this.#at;
    if (length > this.#end - from) {
      this.#fault = 'a header field that is cut off';
      return;
    }
    this.#at = from + length;
    if (huffman) this.#readHuffman(from, length);
    else {
      this.#text = this.#block;
      this.#textFrom = from;
      this.#textTo = from + length;
    }
  }

  #readHuffman(from: number, length: number): void {
    const most = maxDecodedLength(length);
    if (most > this.#scratch.length) this.#scratch = Buffer.allocUnsafeSlow(Math.max(256, most));
    const decoded = decodeHuffman(this.#block, from, from + length, this.#scratch);
    if (decoded < 0) this.#fault = 'a wrong Huffman code';
    this.#text = this.#scratch;
    this.#textFrom = 0;
    this.#textTo = decoded;
  }
}

const empty = Buffer.alloc(0);
const nowhere: FieldSink = { field() {} };
const staticValues: readonly Buffer[] = staticFields.map(([, value]) => Buffer.from(value, 'latin1'));

/** A copy with memory of its own: a slice of node's pool would keep eight kilobytes alive. */
function copyOf(bytes: Buffer, from: number, to: number): Buffer {
  const copy = Buffer.allocUnsafeSlow(to - from);
  bytes.copy(copy, 0, from, to);
  return copy;
}
