import type { Text, Values } from '../../core/index.js';
import { encodeLiteralName, encodeStateless, encodeString } from './encoder.js';
import type { FieldTable } from './field-table.js';
import { encodeInteger, plainLength } from './integer.js';

/** One field of a request; the name is fixed, the value may have holes. */
export interface TemplateField {
  readonly name: string;
  readonly value: Text;
  /** Sent as never indexed (RFC 7541 §7.1.3). */
  readonly sensitive?: boolean;
}

/**
 * A header block with holes. Of the dynamic table it uses what is the same on every connection, so what does not
 * vary is bytes once and for all, and a hole is filled by putting a length and the value between them.
 */
export interface BlockTemplate {
  /** The block of one hit, a byte string. */
  render(values: Values): string;
}

/**
 * @param fields in the order to be sent, pseudo-headers first; names in any case
 * @param huffman whether fixed strings are sent in Huffman code where that is shorter
 * @param table the fields of it become indexes, see `FieldTable`
 */
export function compileBlock(
  fields: readonly TemplateField[],
  huffman: boolean,
  table?: FieldTable,
): BlockTemplate {
  const varying: VaryingField[] = [];
  let fixed = '';
  for (const field of fields) {
    const name = field.name.toLowerCase();
    const sensitive = field.sensitive === true;
    if (field.value.every((piece) => typeof piece === 'string')) {
      const value = field.value.join('');
      const index = sensitive ? 0 : (table?.indexOf(name, value) ?? 0);
      if (index > 0) fixed += encodeInteger(0x80, 7, index);
      else fixed += encodeStateless({ name, value, sensitive }, huffman);
      continue;
    }
    const [first = '', ...rest] = field.value;
    const opening = fixed + encodeLiteralName(name, sensitive, huffman);
    varying.push(
      typeof first === 'string' ? { opening, first, rest } : { opening, first: '', rest: field.value },
    );
    fixed = '';
  }
  const only = varying[0];
  if (only === undefined) return new FixedBlock(fixed);
  const [hole, last = ''] = only.rest;
  const single = varying.length === 1 && only.rest.length <= 2;
  if (single && typeof hole === 'number' && typeof last === 'string')
    return new OneHole(only.opening, only.first, hole, last, fixed);
  return new ManyHoles(varying, fixed);
}

interface VaryingField {
  /** The fixed fields before this one, and its name. */
  readonly opening: string;
  readonly first: string;
  readonly rest: Text;
}

class FixedBlock implements BlockTemplate {
  readonly #block: string;

  constructor(block: string) {
    this.#block = flat(block);
  }

  render(): string {
    return this.#block;
  }
}

const MAX_OPENINGS = 256;

/** The usual case, a key in the path: `/kv/{{key}}`. */
class OneHole implements BlockTemplate {
  readonly #hole: number;
  readonly #before: string;
  readonly #after: string;
  readonly #fixedLength: number;
  /** Everything up to the value's first piece, for each length of the value that was met. */
  readonly #openings: string[] = [];
  readonly #opening: string;

  constructor(opening: string, before: string, hole: number, after: string, closing: string) {
    this.#hole = hole;
    this.#opening = opening;
    this.#before = before;
    this.#after = flat(after + closing);
    this.#fixedLength = before.length + after.length;
  }

  render(values: Values): string {
    const value = values[this.#hole] as string;
    return (this.#openings[value.length] ?? this.#openingFor(value.length)) + value + this.#after;
  }

  #openingFor(length: number): string {
    // Bounded, and without gaps, which would make the array a dictionary.
    for (let i = this.#openings.length; i <= length && i < MAX_OPENINGS; i++)
      this.#openings.push(this.#open(i));
    return this.#openings[length] ?? this.#open(length);
  }

  #open(length: number): string {
    return flat(this.#opening + plainLength(this.#fixedLength + length) + this.#before);
  }
}

class ManyHoles implements BlockTemplate {
  readonly #fields: readonly VaryingField[];
  readonly #closing: string;

  constructor(fields: readonly VaryingField[], closing: string) {
    this.#fields = fields;
    this.#closing = flat(closing);
  }

  render(values: Values): string {
    let block = '';
    for (const field of this.#fields) {
      let value = field.first;
      for (const piece of field.rest) value += typeof piece === 'string' ? piece : values[piece];
      block += field.opening + encodeString(value, false);
    }
    return block + this.#closing;
  }
}

/** The same text in one piece: V8 keeps a sum as a tree of its terms, and would walk it for every request. */
function flat(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
