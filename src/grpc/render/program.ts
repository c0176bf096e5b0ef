import type { Text } from '../../core/index.js';
import type { JsonNode } from '../json/node.js';
import { lengthDelimited } from './varint.js';

/** Scalars as `.proto` files name them, and the well-known types whose JSON is one string. */
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
] as const;

/** Full name of the enum whose only value is JSON's `null`. */
export const NULL_VALUE = 'google.protobuf.NullValue';

export interface EnumEncoding {
  readonly name: string;
  /** Numbers by name. */
  readonly values: Readonly<Record<string, number>>;
  /** Whether numbers without a name are allowed. */
  readonly open: boolean;
}

/** How the text of a value becomes bytes. */
export type Encoding = (typeof encodingNames)[number] | EnumEncoding;

/** A value that is made of a text with holes at each call. */
export interface ValueSlot {
  readonly kind: 'value';
  /** Bytes before the value; empty within a packed list. Null: the value's bytes alone, without their length. */
  readonly head: string | null;
  readonly encoding: Encoding;
  /** What it is made of: byte strings and holes. */
  readonly text: Text;
  /** Whether the holes stand outside quotes, so that they make JSON, and not a string. */
  readonly bare: boolean;
  /** Value bytes that mean the field is not set, and are left out. */
  readonly unset: string | null;
  /** Bytes before the wrapper message that the value is in (google.protobuf.Int32Value and its like). */
  readonly wrapper: string | null;
  /** Whether `null` leaves the field out; items of lists and maps may not be null. */
  readonly nullable: boolean;
  /** Where it is, for errors: `user.tags[2]`. */
  readonly path: string;
}

/** A part with its length before it, which holds slots and so is not known before. */
export interface LengthSlot {
  readonly kind: 'length';
  readonly head: string;
  readonly body: Program;
  /** Leave it out, head and all, when it has no bytes. */
  readonly optional: boolean;
}

/** A google.protobuf.Value out of holes that stand outside quotes: whatever JSON they make. */
export interface JsonSlot {
  readonly kind: 'json';
  /** Null: the message alone, without its length. */
  readonly head: string | null;
  readonly json: JsonNode;
  readonly path: string;
}

/**
 * A part whose shape is known at the call only: a hole that is a whole message, a list or a name. It is built
 * anew from JSON each time, which takes the schema.
 */
export interface DynamicSlot {
  readonly kind: 'dynamic';
  /** Full name of the message type. */
  readonly type: string;
  /** JSON name of its field that this is; null: the message itself, without anything before it. */
  readonly field: string | null;
  readonly json: JsonNode;
  readonly path: string;
}

export type Slot = ValueSlot | LengthSlot | JsonSlot | DynamicSlot;

/**
 * A message as fixed bytes and slots, in order. Strings are byte strings. Plain data, so that it is compiled
 * once, where the schema is, and cloned to the workers that render it.
 */
export type Program = readonly (string | Slot)[];

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
