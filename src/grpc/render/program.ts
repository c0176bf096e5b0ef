import type { Program, ScalarEncoding, Slot } from '../../core/index.js';

export type {
  DynamicSlot,
  Encoding,
  EnumEncoding,
  JsonSlot,
  LengthSlot,
  Program,
  Slot,
  ValueSlot,
} from '../../core/index.js';

import { lengthDelimited } from './varint.js';

/** All of them, by name. */
export const encodingNames = [
  'double',
  'float',
  'int64',
  'uint64',
  'int32',
  'fixed64',
  'fixed32',
  'bool',
  'string',
  'bytes',
  'uint32',
  'sfixed32',
  'sfixed64',
  'sint32',
  'sint64',
  'timestamp',
  'duration',
  'fieldMask',
] as const satisfies readonly ScalarEncoding[];

/** Full name of the enum whose only value is JSON's `null`. */
export const NULL_VALUE = 'google.protobuf.NullValue';

/** The bytes of a program without slots; null when it has any. */
export function fixedBytes(program: Program): string | null {
  const [first = ''] = program;
  return program.length <= 1 && typeof first === 'string' ? first : null;
}

/** Programs one after the other, with the fixed bytes that meet made one. */
export function concat(programs: readonly Program[]): Program {
  const joined: (string | Slot)[] = [];
  for (const part of programs.flat()) {
    const last = joined.at(-1);
    if (part === '') continue;
    if (typeof part === 'string' && typeof last === 'string') joined[joined.length - 1] = last + part;
    else joined.push(part);
  }
  return joined;
}

/**
 * A program with its length before it, and `head` before that.
 * @param optional leave it out when it has no bytes
 */
export function delimited(head: string, body: Program, optional = false): Program {
  const fixed = fixedBytes(body);
  if (fixed === null) return [{ kind: 'length', head, body, optional }];
  return fixed === '' && optional ? [] : [head + lengthDelimited(fixed)];
}

/** Whether rendering takes the schema. */
export function isDynamic(program: Program): boolean {
  return program.some(
    (part) =>
      typeof part !== 'string' &&
      (part.kind === 'dynamic' || (part.kind === 'length' && isDynamic(part.body))),
  );
}
