import type { Text } from './operation.js';

/**
 * A message compiled from its template: fixed bytes, and slots that are filled for each hit. Plain data, so that
 * it is compiled once, where the schema is, and cloned to the workers, which need no schema to render it.
 */

/** A text with holes: literal pieces, and indices into the values of a hit. Pieces are text here, not bytes. */
export type JsonText = readonly (string | number)[];

/**
 * JSON with holes. Numbers stay as they were written, so that 64 bits come through whole, and members stay in
 * their order.
 */
export type JsonNode =
  | { readonly kind: 'literal'; readonly value: null | boolean }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'string'; readonly text: JsonText }
  /** Holes outside quotes, with what touches them: `{{hit}}`, `-{{hit}}`, `{{a}}.{{b}}`. What they make is JSON. */
  | { readonly kind: 'bare'; readonly text: JsonText }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'object'; readonly members: readonly JsonMember[] };

export interface JsonMember {
  readonly name: JsonText;
  readonly value: JsonNode;
}

/** Scalars as `.proto` files name them, and the well-known types whose JSON is one string. */
export type ScalarEncoding =
  | 'double'
  | 'float'
  | 'int64'
  | 'uint64'
  | 'int32'
  | 'fixed64'
  | 'fixed32'
  | 'bool'
  | 'string'
  | 'bytes'
  | 'uint32'
  | 'sfixed32'
  | 'sfixed64'
  | 'sint32'
  | 'sint64'
  | 'timestamp'
  | 'duration'
  | 'fieldMask';

export interface EnumEncoding {
  readonly name: string;
  /** Numbers by name. */
  readonly values: Readonly<Record<string, number>>;
  /** Whether numbers without a name are allowed. */
  readonly open: boolean;
}

/** How the text of a value becomes bytes. */
export type Encoding = ScalarEncoding | EnumEncoding;

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
