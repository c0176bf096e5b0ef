import { DynamicTable } from './dynamic-table.js';
import { encodeHuffman, huffmanLength } from './huffman.js';
import { encodeInteger, plainLength } from './integer.js';
import { STATIC_COUNT, staticFieldIndex, staticNameIndex } from './static-table.js';

/** One header field. Name and value are byte strings: one char (0–255) per byte. */
export interface HeaderField {
  /** In lower case, as HTTP/2 wants it. */
  readonly name: string;
  readonly value: string;
  /** Sent as never indexed (RFC 7541 §7.1.3): no intermediary may put it into a table. */
  readonly sensitive?: boolean;
}

/** A dynamic table size update, §6.3. */
export function encodeSizeUpdate(size: number): string {
  return encodeInteger(0x20, 5, size);
}

/** A string literal, §5.2. With `huffman`, in that code if it is shorter. */
export function encodeString(text: string, huffman: boolean): string {
  if (huffman) {
    const length = huffmanLength(text);
    if (length < text.length) return encodeInteger(0x80, 7, length) + encodeHuffman(text);
  }
  return plainLength(text.length) + text;
}

/** A literal's opening and name, §6.2.2 and §6.2.3: the value's string follows. It touches no dynamic table. */
export function encodeLiteralName(name: string, sensitive: boolean, huffman: boolean): string {
  const pattern = sensitive ? 0x10 : 0x00;
  const index = staticNameIndex(name);
  if (index > 0) return encodeInteger(pattern, 4, index);
  return String.fromCharCode(pattern) + encodeString(name, huffman);
}

/** A field that needs no context: an index of the static table, or a literal without indexing. */
export function encodeStateless(field: HeaderField, huffman: boolean): string {
  const sensitive = field.sensitive === true;
  const index = sensitive ? 0 : staticFieldIndex(field.name, field.value);
  if (index > 0) return encodeInteger(0x80, 7, index);
  return encodeLiteralName(field.name, sensitive, huffman) + encodeString(field.value, huffman);
}

/**
 * An encoder with a dynamic table, RFC 7541: every field that is not sensitive and fits is indexed. Requests
 * are written without it (see `compileBlock`); it is here to test decoders with.
 */
export class HpackEncoder {
  readonly #huffman: boolean;
  readonly #table: DynamicTable<string>;
  /** Size updates to open the next block with, §4.2: the lowest size since the last block, then the last. */
  #lowest = Number.POSITIVE_INFINITY;
  #updated = false;

  /** @param tableSize the peer's limit to begin with */
  constructor(tableSize: number, huffman: boolean) {
    this.#huffman = huffman;
    this.#table = new DynamicTable<string>(tableSize);
  }

  setTableSize(size: number): void {
    this.#lowest = Math.min(this.#lowest, size);
    this.#updated = true;
    this.#table.resize(size);
  }

  encode(fields: readonly HeaderField[]): string {
    let block = '';
    if (this.#updated) {
      if (this.#lowest < this.#table.capacity) block += encodeSizeUpdate(this.#lowest);
      block += encodeSizeUpdate(this.#table.capacity);
      this.#lowest = Number.POSITIVE_INFINITY;
      this.#updated = false;
    }
    for (const field of fields) block += this.#encodeField(field);
    return block;
  }

  #encodeField(field: HeaderField): string {
    const { name, value } = field;
    if (field.sensitive === true || staticFieldIndex(name, value) > 0)
      return encodeStateless(field, this.#huffman);
    const age = this.#table.find(name, (known) => known === value);
    if (age >= 0) return encodeInteger(0x80, 7, STATIC_COUNT + 1 + age);
    const index = this.#nameIndex(name);
    this.#table.add(name, value);
    const opening = encodeInteger(0x40, 6, index);
    const text = index > 0 ? '' : encodeString(name, this.#huffman);
    return opening + text + encodeString(value, this.#huffman);
  }

  #nameIndex(name: string): number {
    const index = staticNameIndex(name);
    if (index > 0) return index;
    const age = this.#table.find(name, null);
    return age < 0 ? 0 : STATIC_COUNT + 1 + age;
  }
}
