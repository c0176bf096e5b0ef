import type { Field } from './fields.js';
import { Reader } from './wire.js';

/** Fields by their JSON names (`ttlMs` for `ttl_ms`), in the order of their numbers. */
type Fields = Readonly<Record<string, Field<unknown>>>;

type ValuesOf<F extends Fields> = {
  readonly [Name in keyof F]: F[Name] extends Field<infer T> ? T : never;
};

/** Values of an enum by their names. */
export type EnumValues = Readonly<Record<string, number>>;

/** A kind of message, and how it is written and read. */
export interface MessageType<V> {
  /** With the package: `kv.v1.GetRequest`. */
  readonly name: string;
  readonly fields: readonly (readonly [name: string, field: Field<unknown>])[];
  /** Enums declared within it. */
  readonly enums: Readonly<Record<string, EnumValues>>;
  /** The message as a byte string; what is left out is absent. */
  encode(values: Partial<V>): string;
  /** Throws a WireError for what is no such message. Unknown fields are passed over. */
  decode(bytes: Buffer): V;
}

/** The values a message of this type has: `Values<typeof GetRequest>`. */
export type Values<M> = M extends MessageType<infer V> ? V : never;

export function message<F extends Fields>(
  name: string,
  fields: F,
  enums: Readonly<Record<string, EnumValues>> = {},
): MessageType<ValuesOf<F>> {
  const list = Object.entries<Field<unknown>>(fields);
  const byNumber = new Map(list.map(([key, field]) => [field.number, { key, field }]));
  return {
    name,
    fields: list,
    enums,
    encode: (values: Readonly<Record<string, unknown>>) => {
      let bytes = '';
      for (const [key, field] of list) {
        const value = values[key];
        if (value !== undefined) bytes += field.write(value);
      }
      return bytes;
    },
    decode: (bytes) => {
      const values: Record<string, unknown> = {};
      for (const [key, field] of list) values[key] = field.absent();
      const reader = new Reader(bytes);
      while (!reader.isAtEnd) {
        const { number, wireType } = reader.tag();
        const known = byNumber.get(number);
        if (known === undefined) reader.skip(wireType);
        else values[known.key] = known.field.read(reader, wireType, values[known.key]);
      }
      // Every field has been given a value of its own type above.
      return values as ValuesOf<F>;
    },
  };
}
