import type { Text, Values } from '../../core/index.js';
import { type Encoder, encoderOf } from './encoder.js';
import type { ValueSlot } from './program.js';
import { refusal } from './refusal.js';
import { utf8Bytes, utf8Text } from './text.js';
import { lengthDelimited, WireType } from './varint.js';

/** Renders one value slot. */
export class ValueMaker {
  readonly #slot: ValueSlot;
  readonly #text: Text;
  readonly #encoder: Encoder;
  readonly #delimited: boolean;

  constructor(slot: ValueSlot) {
    this.#slot = slot;
    this.#text = slot.text;
    this.#encoder = encoderOf(slot.encoding);
    this.#delimited = this.#encoder.wireType === WireType.length;
  }

  /** The field's bytes, head and all. @throws ZipfireError `usage` when the text does not fit the field */
  render(values: Values): string {
    const slot = this.#slot;
    const text = join(this.#text, values);
    const bytes = this.#encoder.encode(text, !slot.bare) ?? this.#unusual(text);
    if (bytes === null) return '';
    let field = '';
    if (slot.head === null) field = bytes;
    else if (bytes !== slot.unset) field = slot.head + (this.#delimited ? lengthDelimited(bytes) : bytes);
    return slot.wrapper === null ? field : slot.wrapper + lengthDelimited(field);
  }

  /** Holes outside quotes may also make `null`, or a string with its own quotes. @returns null for null */
  #unusual(text: string): string | null {
    const { bare, nullable, path } = this.#slot;
    const { expected } = this.#encoder;
    if (!bare) throw refusal(path, expected, JSON.stringify(utf8Text(text)));
    if (text === 'null' && nullable) return null;
    const string = jsonString(text);
    const bytes = string === null ? null : this.#encoder.encode(string, true);
    if (bytes !== null) return bytes;
    const hint = this.#encoder.encode('', true) === '' ? 'write it in quotes' : undefined;
    throw refusal(path, expected, utf8Text(text), hint);
  }
}

/** A text with its holes filled. */
function join(text: Text, values: Values): string {
  let whole = '';
  for (const piece of text) whole += typeof piece === 'string' ? piece : values[piece];
  return whole;
}

/** What a JSON string says, as a byte string; null when the text is none. */
function jsonString(text: string): string | null {
  if (!text.startsWith('"')) return null;
  try {
    const value: unknown = JSON.parse(utf8Text(text));
    return typeof value === 'string' ? utf8Bytes(value) : null;
  } catch {
    return null;
  }
}
