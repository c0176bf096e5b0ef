import type { JsonNode } from '../json/node.js';
import { encoderOf } from '../render/encoder.js';
import { type Encoding, NULL_VALUE, type Program } from '../render/program.js';
import { valueProgram } from '../render/value-program.js';
import { fieldHead } from '../render/varint.js';
import { refuse } from './refuse.js';

export interface ScalarOptions {
  /** Leave a zero out: the field has no presence of its own. */
  readonly implicit?: boolean;
  /** Whether `null` leaves the field out. */
  readonly nullable?: boolean;
  /** Bytes before the wrapper message that the value is in. */
  readonly wrapper?: string;
}

/** Bytes before a field's value: its number, and how its encoding is laid out. */
export function scalarHead(number: number, encoding: Encoding): string {
  return fieldHead(number, encoderOf(encoding).wireType);
}

/**
 * A value whose JSON is one word, number or string, with `head` before it; null: its bytes alone.
 * @throws ZipfireError `usage` that names the path
 */
export function scalarProgram(
  head: string | null,
  encoding: Encoding,
  node: JsonNode,
  path: string,
  options: ScalarOptions = {},
): Program {
  const value = { head, encoding, path, ...options };
  switch (node.kind) {
    case 'string':
      return valueProgram({ ...value, text: node.text, bare: false });
    case 'bare':
      return valueProgram({ ...value, text: node.text, bare: true });
    case 'number':
      return valueProgram({ ...value, text: [node.text], bare: true });
    case 'literal':
      if (node.value !== null || (typeof encoding !== 'string' && encoding.name === NULL_VALUE)) {
        return valueProgram({ ...value, text: [String(node.value)], bare: true });
      }
      if (options.nullable === true) return [];
  }
  throw refuse(path, encoderOf(encoding).expected, node);
}
