import type { Values } from '../../core/index.js';
import { bindJson } from '../json/bind.js';
import type { JsonNode } from '../json/node.js';
import { jsonValueProgram } from './json-value.js';
import {
  type DynamicSlot,
  fixedBytes,
  type JsonSlot,
  type LengthSlot,
  type Program,
  type Slot,
} from './program.js';
import { ValueMaker } from './value-maker.js';
import { lengthDelimited } from './varint.js';

/** Builds a dynamic slot's bytes from JSON without holes, as the schema says. */
export type DynamicBuilder = (slot: DynamicSlot, json: JsonNode) => string;

/** A message ready to be rendered for any hit. */
export interface PreparedMessage {
  /** The message when nothing in it varies, as a byte string; else null. */
  readonly fixed: string | null;
  /**
   * The message as a byte string, without a prefix.
   * @param values of the hit: byte strings, at the indices that the holes have
   * @throws ZipfireError `usage` that names the field, when a value does not fit
   */
  render(values: Values): string;
}

interface Part {
  render(values: Values): string;
}

/**
 * Makes a program ready.
 * @param build for programs with dynamic slots, which take the schema
 */
export function prepareMessage(program: Program, build?: DynamicBuilder): PreparedMessage {
  const fixed = fixedBytes(program);
  if (fixed !== null) return { fixed, render: () => fixed };
  const sequence = new Sequence(program, build ?? withoutSchema);
  return { fixed: null, render: (values) => sequence.render(values) };
}

function withoutSchema({ path }: DynamicSlot): never {
  throw new Error(`${path}: a dynamic slot takes the schema`);
}

class Sequence implements Part {
  readonly #parts: readonly (string | Part)[];

  constructor(program: Program, build: DynamicBuilder) {
    this.#parts = program.map((part) => (typeof part === 'string' ? part : partOf(part, build)));
  }

  render(values: Values): string {
    let bytes = '';
    for (const part of this.#parts) bytes += typeof part === 'string' ? part : part.render(values);
    return bytes;
  }
}

class Delimited implements Part {
  readonly #slot: LengthSlot;
  readonly #body: Part;

  constructor(slot: LengthSlot, body: Part) {
    this.#slot = slot;
    this.#body = body;
  }

  render(values: Values): string {
    const bytes = this.#body.render(values);
    return bytes === '' && this.#slot.optional ? '' : this.#slot.head + lengthDelimited(bytes);
  }
}

function partOf(slot: Slot, build: DynamicBuilder): Part {
  switch (slot.kind) {
    case 'value':
      return new ValueMaker(slot);
    case 'length':
      return new Delimited(slot, new Sequence(slot.body, build));
    case 'json':
      return { render: (values) => jsonField(slot, values) };
    case 'dynamic':
      return { render: (values) => build(slot, bindJson(slot.json, values, slot.path)) };
  }
}

function jsonField({ head, json, path }: JsonSlot, values: Values): string {
  return fixedBytes(jsonValueProgram(head, bindJson(json, values, path), path)) ?? '';
}
