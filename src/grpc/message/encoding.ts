import { type DescEnum, ScalarType } from '@bufbuild/protobuf';
import type { Encoding, EnumEncoding } from '../render/program.js';

const encodings: Readonly<Record<ScalarType, Encoding>> = {
  [ScalarType.DOUBLE]: 'double',
  [ScalarType.FLOAT]: 'float',
  [ScalarType.INT64]: 'int64',
  [ScalarType.UINT64]: 'uint64',
  [ScalarType.INT32]: 'int32',
  [ScalarType.FIXED64]: 'fixed64',
  [ScalarType.FIXED32]: 'fixed32',
  [ScalarType.BOOL]: 'bool',
  [ScalarType.STRING]: 'string',
  [ScalarType.BYTES]: 'bytes',
  [ScalarType.UINT32]: 'uint32',
  [ScalarType.SFIXED32]: 'sfixed32',
  [ScalarType.SFIXED64]: 'sfixed64',
  [ScalarType.SINT32]: 'sint32',
  [ScalarType.SINT64]: 'sint64',
};

export function encodingOf(type: ScalarType | DescEnum): Encoding {
  return typeof type === 'number' ? encodings[type] : enumEncoding(type);
}

function enumEncoding({ typeName, values, open }: DescEnum): EnumEncoding {
  return {
    name: typeName,
    values: Object.fromEntries(values.map(({ name, number }) => [name, number])),
    open,
  };
}

/** The well-known messages whose JSON is one string. */
const stringTypes: Readonly<Record<string, Encoding>> = {
  'google.protobuf.Timestamp': 'timestamp',
  'google.protobuf.Duration': 'duration',
  'google.protobuf.FieldMask': 'fieldMask',
};

/** How the JSON string of a well-known message is encoded; null for other messages. */
export function stringEncoding(typeName: string): Encoding | null {
  return (Object.hasOwn(stringTypes, typeName) ? stringTypes[typeName] : undefined) ?? null;
}

const wrapper = /^google\.protobuf\.(?:Double|Float|U?Int64|U?Int32|Bool|String|Bytes)Value$/;

/** Whether a message's JSON is that of the scalar in its one field. */
export function isWrapper(typeName: string): boolean {
  return wrapper.test(typeName);
}
