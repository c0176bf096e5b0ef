import { encodeString } from './encoder.js';
import { encodeInteger } from './integer.js';
import { STATIC_COUNT, staticNameIndex } from './static-table.js';

/** The table that a peer has until its SETTINGS say otherwise, RFC 7541 §6.5.2 of RFC 9113. */
const MAX_TABLE_BYTES = 4096;
/** What an entry counts for beside its bytes, RFC 7541 §4.1. */
const ENTRY_OVERHEAD = 32;
/** First bytes of a field's forms, RFC 7541 §6. */
const INDEXED = 0x80;
const WITH_INDEXING = 0x40;
const SIZE_UPDATE = 0x20;

/** A fixed field. Name in lower case; byte strings. */
export interface FixedField {
  readonly name: string;
  readonly value: string;
}

/**
 * The fields that all requests of a driver have in common, in the place they get in the peer's dynamic table: the
 * first request on a connection puts them there, in order, and from then on each is one byte. Nothing else ever
 * enters the table, so a field's index is the same on every connection and can be compiled into a block.
 *
 * A block is compiled with these indexes, and understood by the peer only once they are there. Until then, and by
 * a peer whose table is too small, `inserting` and `literal` say the same in other words.
 */
export class FieldTable {
  /** Bytes of the peer's table that the fields take; 0 when there is none. */
  readonly size: number = 0;
  readonly #fields: readonly FixedField[];
  readonly #indexes = new Map<string, number>();

  /** @param fields in the order of a request that has them all; those that no longer fit are left out */
  constructor(fields: readonly FixedField[]) {
    const fitting: FixedField[] = [];
    for (const field of fields) {
      const size = ENTRY_OVERHEAD + field.name.length + field.value.length;
      if (this.size + size > MAX_TABLE_BYTES) continue;
      this.size += size;
      fitting.push(field);
    }
    this.#fields = fitting;
    // The newest entry has the lowest index.
    fitting.forEach(({ name, value }, at) => {
      this.#indexes.set(keyOf(name, value), STATIC_COUNT + fitting.length - at);
    });
  }

  /** The index of a field once the table is filled, or 0. */
  indexOf(name: string, value: string): number {
    return this.#indexes.get(keyOf(name, value)) ?? 0;
  }

  /**
   * The block of a request that fills an empty table while it is read.
   * @param block compiled with this table
   * @returns null when the request lacks one of the fields, or has them in another order
   */
  inserting(block: string): string | null {
    let next = 0;
    let inOrder = true;
    const text = rewritten(block, (index) => {
      if (this.#at(index) !== next++) inOrder = false;
      return this.#literal(index, WITH_INDEXING, 6);
    });
    return inOrder && next === this.#fields.length ? text : null;
  }

  /** The same block for a peer that has none of the fields in its table. */
  literal(block: string): string {
    return rewritten(block, (index) => this.#literal(index, 0, 4));
  }

  #at(index: number): number {
    return this.#fields.length - (index - STATIC_COUNT);
  }

  #literal(index: number, pattern: number, prefixBits: number): string {
    const field = this.#fields[this.#at(index)];
    if (field === undefined) throw new RangeError(`no field has the index ${index}`);
    const name = staticNameIndex(field.name);
    const opening = encodeInteger(pattern, prefixBits, name);
    return opening + (name === 0 ? encodeString(field.name, false) : '') + encodeString(field.value, false);
  }
}

function keyOf(name: string, value: string): string {
  return `${name}\0${value}`;
}

/** A block of ours with each index of the dynamic table replaced. It is never one of a peer, so it is well formed. */
function rewritten(block: string, replacement: (index: number) => string): string {
  let text = '';
  let kept = 0;
  let at = 0;
  while (at < block.length) {
    const first = block.charCodeAt(at);
    const from = at;
    if ((first & INDEXED) !== 0) {
      const [index, end] = integerAt(block, at, 7);
      at = end;
      if (index <= STATIC_COUNT) continue;
      text += block.slice(kept, from) + replacement(index);
      kept = at;
      continue;
    }
    if ((first & 0xe0) === SIZE_UPDATE) throw new RangeError('a size update within a request of ours');
    const [name, end] = integerAt(block, at, (first & WITH_INDEXING) !== 0 ? 6 : 4);
    at = name === 0 ? stringEnd(block, end) : end;
    at = stringEnd(block, at);
  }
  return text + block.slice(kept);
}

function stringEnd(block: string, at: number): number {
  const [length, end] = integerAt(block, at, 7);
  return end + length;
}

/** @returns the integer, and where it ends */
function integerAt(block: string, at: number, prefixBits: number): [value: number, end: number] {
  const full = (1 << prefixBits) - 1;
  let value = block.charCodeAt(at) & full;
  if (value < full) return [value, at + 1];
  for (let end = at + 1, scale = 1; ; end++, scale *= 128) {
    const byte = block.charCodeAt(end);
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return [value, end + 1];
  }
}
