import { create } from '@bufbuild/protobuf';
import { protoCamelCase } from '@bufbuild/protobuf/reflect';
import {
  type FieldDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  FieldOptionsSchema,
} from '@bufbuild/protobuf/wkt';
import { applyOption } from './apply-option.js';
import type { Cursor } from './cursor.js';
import { defaultText } from './default-value.js';
import type { Draft } from './draft.js';
import { type Option, readOptionList } from './options.js';
import { type Place, protoError } from './place.js';

/** Field numbers are 29 bits. */
export const MAX_FIELD_NUMBER = 2 ** 29 - 1;

const Type = FieldDescriptorProto_Type;
const Label = FieldDescriptorProto_Label;

/** The types of `.proto` files that are no message or enum. */
const scalarTypes: Readonly<Record<string, FieldDescriptorProto_Type>> = {
  double: Type.DOUBLE,
  float: Type.FLOAT,
  int64: Type.INT64,
  uint64: Type.UINT64,
  int32: Type.INT32,
  fixed64: Type.FIXED64,
  fixed32: Type.FIXED32,
  bool: Type.BOOL,
  string: Type.STRING,
  bytes: Type.BYTES,
  uint32: Type.UINT32,
  sfixed32: Type.SFIXED32,
  sfixed64: Type.SFIXED64,
  sint32: Type.SINT32,
  sint64: Type.SINT64,
};

const labels: Readonly<Record<string, FieldDescriptorProto_Label>> = {
  optional: Label.OPTIONAL,
  required: Label.REQUIRED,
  repeated: Label.REPEATED,
};

/** The word that may stand before a field's type; null when none does. */
export function readLabel(cursor: Cursor): string | null {
  const word = Object.keys(labels).find((label) => cursor.at(label));
  if (word === undefined) return null;
  cursor.next();
  return word;
}

export interface FieldContext {
  readonly draft: Draft;
  /** Full name of the message or package that the field stands in. */
  readonly scope: string;
  readonly label: string | null;
  /** Whether a field of this syntax goes without a label. */
  readonly unlabelled: boolean;
}

/** `Type name = 1 [options];`, after the label. */
export function readField(cursor: Cursor, context: FieldContext): FieldDescriptorProto {
  checkLabel(cursor.place, context);
  const typePlace = cursor.place;
  const typeName = cursor.dotted('a type', true);
  const proto = readNameAndNumber(cursor, context.label);
  setType(proto, typeName, typePlace, context);
  applyFieldOptions(proto, readOptionList(cursor), context.draft);
  cursor.expect(';');
  return proto;
}

/** `name = 1`. */
export function readNameAndNumber(cursor: Cursor, label: string | null): FieldDescriptorProto {
  const name = cursor.word('the name of the field');
  cursor.expect('=');
  return create(FieldDescriptorProtoSchema, {
    name,
    jsonName: protoCamelCase(name),
    number: readFieldNumber(cursor),
    label: labels[label ?? 'optional'] ?? Label.OPTIONAL,
  });
}

function readFieldNumber(cursor: Cursor): number {
  const { place } = cursor;
  const number = cursor.integer('the number of a field', 1, MAX_FIELD_NUMBER);
  if (number >= 19_000 && number <= 19_999) {
    throw protoError(place, 'the field numbers 19000 to 19999 are reserved for protobuf itself');
  }
  return number;
}

/** Sets a scalar type, or asks for the type of that name. */
export function setType(
  proto: FieldDescriptorProto,
  typeName: string,
  place: Place,
  { draft, scope }: Pick<FieldContext, 'draft' | 'scope'>,
): void {
  const scalar = Object.hasOwn(scalarTypes, typeName) ? scalarTypes[typeName] : undefined;
  if (scalar !== undefined) {
    proto.type = scalar;
    return;
  }
  // Until it is found: only enums have defaults.
  proto.type = Type.ENUM;
  draft.references.push({
    name: typeName,
    place,
    scope,
    wanted: 'message or enum',
    found: ({ name, kind, enumType }) => {
      proto.typeName = `.${name}`;
      proto.type = kind === 'enum' ? Type.ENUM : Type.MESSAGE;
      const isValue = enumType?.value.some((value) => value.name === proto.defaultValue);
      if (proto.defaultValue !== '' && isValue !== true) {
        throw protoError(place, `the default "${proto.defaultValue}" is no value of ${name}`);
      }
    },
  });
}

/** `default` and `json_name` are written as options, and are none. */
export function applyFieldOptions(
  proto: FieldDescriptorProto,
  options: readonly Option[],
  draft: Draft,
): void {
  for (const option of options) {
    const { name, value, place } = option;
    if (name === 'json_name') {
      if (value.kind !== 'string') throw protoError(place, 'json_name takes a string');
      proto.jsonName = Buffer.from(value.text, 'latin1').toString('utf8');
    } else if (name === 'default') {
      if (draft.syntax === 'proto3') throw protoError(place, 'proto3 has no defaults of your own');
      proto.defaultValue = defaultText(proto.type, value, place);
    } else {
      proto.options ??= create(FieldOptionsSchema);
      applyOption(FieldOptionsSchema, proto.options, option);
    }
  }
}

function checkLabel(place: Place, { draft: { syntax }, label, unlabelled }: FieldContext): void {
  if (label === 'required' && syntax !== 'proto2')
    throw protoError(place, `${syntax} has no required fields`);
  if (label === 'optional' && syntax === 'editions') {
    throw protoError(
      place,
      'editions have no "optional"',
      'features.field_presence = EXPLICIT is the default',
    );
  }
  if (label === null && !unlabelled) {
    throw protoError(
      place,
      'expected "optional", "required" or "repeated" before the type',
      'or syntax = "proto3"; at the top',
    );
  }
}
