import { isUtf8 } from 'node:buffer';
import { type Reader, WireError, WireType, writeTag, writeVarint } from './wire.js';

/** What a field holds, as descriptors name it. */
export type FieldType =
  | { readonly kind: 'bool' | 'int32' | 'int64' | 'string' | 'bytes' }
  | { readonly kind: 'message' | 'enum'; readonly typeName: string };

/** One field of a message: how it is written and read, and what a descriptor says of it. */
export interface Field<T> {
  readonly number: number;
  readonly type: FieldType;
  readonly isRepeated: boolean;
  /** The oneof it belongs to. */
  readonly oneof: string | null;
  /** What an absent field is read as. */
  absent(): T;
  /** Tag and value; nothing where an absent field would be read as the same. */
  write(value: T): string;
  /** Tag and value, whatever the value. */
  writeAlways(value: T): string;
  /**
   * Reads the value; the reader stands behind the tag.
   * @param before what has been read of this field so far
   */
  read(reader: Reader, wireType: number, before: T): T;
}

/** How the value of one kind of field is written and read. */
interface Codec<T> {
  readonly type: FieldType;
  readonly wireType: number;
  /** What an absent field is read as. */
  readonly zero: T;
  write(value: T): string;
  read(reader: Reader): T;
}

/** A byte string in UTF-8: as it stands on the wire and in the store. */
export const string = (number: number): Field<string> =>
  single(number, {
    type: { kind: 'string' },
    wireType: WireType.bytes,
    zero: '',
    write: writeBytes,
    read: (reader) => {
      const text = reader.bytes();
      if (!isUtf8(text)) throw new WireError('a string is not UTF-8');
      return text.toString('latin1');
    },
  });

/** A byte string. */
export const bytes = (number: number): Field<string> =>
  single(number, {
    type: { kind: 'bytes' },
    wireType: WireType.bytes,
    zero: '',
    write: writeBytes,
    read: (reader) => reader.bytes().toString('latin1'),
  });

export const bool = (number: number): Field<boolean> =>
  single<boolean>(number, {
    type: { kind: 'bool' },
    wireType: WireType.varint,
    zero: false,
    write: (value) => (value ? '\x01' : '\0'),
    read: (reader) => reader.varint() !== 0,
  });

export const int32 = (number: number): Field<number> => integer32(number, { kind: 'int32' });

/** Exact within ±(2^53 − 1). */
export const int64 = (number: number): Field<number> =>
  single(number, {
    type: { kind: 'int64' },
    wireType: WireType.varint,
    zero: 0,
    write: writeVarint,
    read: (reader) => reader.varint(),
  });

/** Its values are numbers here. */
export const enumeration = (number: number, typeName: string): Field<number> =>
  integer32(number, { kind: 'enum', typeName });

/** A message as far as a field has to know it. */
interface Nested<V> {
  readonly name: string;
  encode(values: Partial<V>): string;
  decode(bytes: Buffer): V;
}

/** Read as undefined where it is absent; where it comes twice, the last one counts. */
export const submessage = <V>(number: number, message: Nested<V>): Field<V | undefined> =>
  single<V | undefined>(number, {
    type: { kind: 'message', typeName: message.name },
    wireType: WireType.bytes,
    zero: undefined,
    write: (value) => writeBytes(message.encode(value ?? {})),
    read: (reader) => message.decode(reader.bytes()),
  });

/** The field with a presence of its own: read as undefined where it is absent, written whenever it is not. */
export function optional<T>(field: Field<T>): Field<T | undefined> {
  return {
    ...field,
    absent: () => undefined,
    write: (value) => (value === undefined ? '' : field.writeAlways(value)),
    writeAlways: (value) => (value === undefined ? '' : field.writeAlways(value)),
    read: (reader, wireType) => field.read(reader, wireType, field.absent()),
  };
}

/** One of several fields of which at most one has a value. */
export function oneof<T>(name: string, field: Field<T>): Field<T | undefined> {
  return { ...optional(field), oneof: name };
}

/** Written one by one, which every reader takes in place of packed numbers. */
export function repeated<T>(field: Field<T>): Field<T[]> {
  const write = (values: readonly T[]) => values.map((value) => field.writeAlways(value)).join('');
  return {
    ...field,
    isRepeated: true,
    absent: () => [],
    write,
    writeAlways: write,
    read: (reader, wireType, before) => {
      before.push(field.read(reader, wireType, field.absent()));
      return before;
    },
  };
}

function integer32(number: number, type: FieldType): Field<number> {
  return single(number, {
    type,
    wireType: WireType.varint,
    zero: 0,
    write: writeVarint,
    read: (reader) => reader.varint() | 0,
  });
}

function single<T>(number: number, codec: Codec<T>): Field<T> {
  const tag = writeTag(number, codec.wireType);
  return {
    number,
    type: codec.type,
    isRepeated: false,
    oneof: null,
    absent: () => codec.zero,
    write: (value) => (value === codec.zero ? '' : tag + codec.write(value)),
    writeAlways: (value) => tag + codec.write(value),
    read: (reader, wireType) => {
      if (wireType !== codec.wireType) throw new WireError(`field ${number} has wire type ${wireType}`);
      return codec.read(reader);
    },
  };
}

function writeBytes(value: string): string {
  return writeVarint(value.length) + value;
}
