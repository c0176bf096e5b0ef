import { create } from '@bufbuild/protobuf';
import { protoCamelCase } from '@bufbuild/protobuf/reflect';
import {
  type DescriptorProto,
  DescriptorProto_ExtensionRangeSchema,
  DescriptorProto_ReservedRangeSchema,
  DescriptorProtoSchema,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldDescriptorProtoSchema,
  MessageOptionsSchema,
  OneofDescriptorProtoSchema,
  OneofOptionsSchema,
} from '@bufbuild/protobuf/wkt';
import { applyOption } from './apply-option.js';
import { checkFields, type PlacedField } from './check-fields.js';
import type { Cursor } from './cursor.js';
import { type Draft, within } from './draft.js';
import { readOption, readOptionList } from './options.js';
import { type Place, protoError } from './place.js';
import { readEnum } from './read-enum.js';
import {
  applyFieldOptions,
  MAX_FIELD_NUMBER,
  readField,
  readLabel,
  readNameAndNumber,
  setType,
} from './read-field.js';
import { readRanges, readReserved } from './reserved.js';

const { OPTIONAL } = FieldDescriptorProto_Label;
const { GROUP, MESSAGE } = FieldDescriptorProto_Type;

/** `message Name { … }`, after the word `message`. @param scope full name of what it stands in */
export function readMessage(cursor: Cursor, draft: Draft, scope: string): DescriptorProto {
  const { place } = cursor;
  const name = cursor.word('the name of the message');
  return new MessageReader(cursor, draft, scope, name, place).read();
}

/** `extend Name { fields }`, after the word `extend`. @param nested where the types of groups go */
export function readExtend(
  cursor: Cursor,
  draft: Draft,
  scope: string,
  extensions: FieldDescriptorProto[],
  nested: DescriptorProto[],
): void {
  const extendee = { place: cursor.place, name: cursor.dotted('the message that is extended', true) };
  cursor.block(() => {
    const { place } = cursor;
    const label = readLabel(cursor);
    const field = cursor.take('group')
      ? readGroup(cursor, draft, scope, label, nested)
      : readField(cursor, { draft, scope, label, unlabelled: draft.syntax !== 'proto2' });
    draft.declare({ name: within(scope, field.name), kind: 'member', place });
    draft.references.push({
      ...extendee,
      scope,
      wanted: 'message',
      found: ({ name }) => {
        field.extendee = `.${name}`;
      },
    });
    extensions.push(field);
  });
}

/** `group Name = 1 { … }`, after the word `group`: a field, and the message that it holds. */
function readGroup(
  cursor: Cursor,
  draft: Draft,
  scope: string,
  label: string | null,
  nested: DescriptorProto[],
): FieldDescriptorProto {
  const { place } = cursor;
  if (draft.syntax !== 'proto2') throw protoError(place, `${draft.syntax} has no groups`);
  const field = readNameAndNumber(cursor, label);
  const { name } = field;
  if (!/^[A-Z]/.test(name)) throw protoError(place, 'the name of a group begins with a capital');
  field.name = name.toLowerCase();
  field.jsonName = protoCamelCase(field.name);
  field.type = GROUP;
  field.typeName = `.${within(scope, name)}`;
  applyFieldOptions(field, readOptionList(cursor), draft);
  nested.push(new MessageReader(cursor, draft, scope, name, place).read());
  return field;
}

class MessageReader {
  readonly #cursor: Cursor;
  readonly #draft: Draft;
  readonly #place: Place;
  readonly #fullName: string;
  readonly #proto: DescriptorProto;
  readonly #fields: PlacedField[] = [];

  constructor(cursor: Cursor, draft: Draft, scope: string, name: string, place: Place) {
    this.#cursor = cursor;
    this.#draft = draft;
    this.#place = place;
    this.#fullName = within(scope, name);
    this.#proto = create(DescriptorProtoSchema, { name });
    draft.declare({ name: this.#fullName, kind: 'message', place });
  }

  read(): DescriptorProto {
    this.#cursor.block(() => this.#statement());
    this.#addSyntheticOneofs();
    checkFields(this.#proto, this.#fields, this.#draft.syntax !== 'proto2');
    return this.#proto;
  }

  #statement(): void {
    const cursor = this.#cursor;
    const proto = this.#proto;
    const scope = this.#fullName;
    if (cursor.take('message')) {
      proto.nestedType.push(readMessage(cursor, this.#draft, scope));
    } else if (cursor.take('enum')) {
      proto.enumType.push(readEnum(cursor, this.#draft, scope));
    } else if (cursor.take('extend')) {
      readExtend(cursor, this.#draft, scope, proto.extension, proto.nestedType);
    } else if (cursor.take('oneof')) {
      this.#oneof();
    } else if (cursor.take('option')) {
      proto.options ??= create(MessageOptionsSchema);
      applyOption(MessageOptionsSchema, proto.options, readOption(cursor));
      cursor.expect(';');
    } else if (cursor.take('extensions')) {
      // The end of a range in a descriptor does not belong to it.
      readRanges(cursor, 1, MAX_FIELD_NUMBER, (start, end) =>
        proto.extensionRange.push(create(DescriptorProto_ExtensionRangeSchema, { start, end: end + 1 })),
      );
      readOptionList(cursor);
      cursor.expect(';');
    } else if (cursor.take('reserved')) {
      readReserved(cursor, 1, MAX_FIELD_NUMBER, proto.reservedName, (start, end) =>
        proto.reservedRange.push(create(DescriptorProto_ReservedRangeSchema, { start, end: end + 1 })),
      );
    } else {
      this.#field();
    }
  }

  #field(): void {
    const cursor = this.#cursor;
    const { place } = cursor;
    const label = readLabel(cursor);
    if (label === null && cursor.take('map')) {
      this.#map(place);
      return;
    }
    const field = this.#plainField(label, this.#draft.syntax !== 'proto2');
    if (label === 'optional' && this.#draft.syntax === 'proto3') field.proto3Optional = true;
    this.#add(field, place);
  }

  #plainField(label: string | null, unlabelled: boolean): FieldDescriptorProto {
    const [draft, scope] = [this.#draft, this.#fullName];
    if (this.#cursor.take('group'))
      return readGroup(this.#cursor, draft, scope, label, this.#proto.nestedType);
    return readField(this.#cursor, { draft, scope, label, unlabelled });
  }

  #oneof(): void {
    const cursor = this.#cursor;
    const { place } = cursor;
    const name = cursor.word('the name of the oneof');
    this.#draft.declare({ name: within(this.#fullName, name), kind: 'member', place });
    const oneof = create(OneofDescriptorProtoSchema, { name });
    const oneofIndex = this.#proto.oneofDecl.push(oneof) - 1;
    const before = this.#fields.length;
    cursor.block(() => {
      if (cursor.take('option')) {
        oneof.options ??= create(OneofOptionsSchema);
        applyOption(OneofOptionsSchema, oneof.options, readOption(cursor));
        cursor.expect(';');
        return;
      }
      const fieldPlace = cursor.place;
      const label = readLabel(cursor);
      if (label !== null) throw protoError(fieldPlace, `a field of a oneof has no "${label}"`);
      const field = this.#plainField(null, true);
      field.oneofIndex = oneofIndex;
      this.#add(field, fieldPlace);
    });
    if (this.#fields.length === before) throw protoError(place, `oneof "${name}" has no field`);
  }

  /** A map is a repeated field of entries, messages of their own that only the descriptor knows. */
  #map(place: Place): void {
    const cursor = this.#cursor;
    cursor.expect('<');
    const keyPlace = cursor.place;
    const keyType = cursor.word('the type of the keys');
    if (!/^([su]?int|s?fixed)(32|64)$|^(bool|string)$/.test(keyType)) {
      throw protoError(
        keyPlace,
        `"${keyType}" cannot be the type of a map's keys`,
        'whole numbers, bool and string can',
      );
    }
    cursor.expect(',');
    const valuePlace = cursor.place;
    const valueType = cursor.dotted('the type of the values', true);
    cursor.expect('>');
    const field = readNameAndNumber(cursor, 'repeated');
    const camel = protoCamelCase(field.name);
    const entryName = `${camel.charAt(0).toUpperCase()}${camel.slice(1)}Entry`;
    field.type = MESSAGE;
    field.typeName = `.${within(this.#fullName, entryName)}`;
    applyFieldOptions(field, readOptionList(cursor), this.#draft);
    cursor.expect(';');

    const entry = new MessageReader(this.#cursor, this.#draft, this.#fullName, entryName, place);
    entry.#proto.options = create(MessageOptionsSchema, { mapEntry: true });
    entry.#addEntryField('key', 1, keyType, keyPlace);
    entry.#addEntryField('value', 2, valueType, valuePlace);
    this.#proto.nestedType.push(entry.#proto);
    this.#add(field, place);
  }

  #addEntryField(name: string, number: number, typeName: string, place: Place): void {
    const field = create(FieldDescriptorProtoSchema, { name, jsonName: name, number, label: OPTIONAL });
    setType(field, typeName, place, { draft: this.#draft, scope: this.#fullName });
    this.#add(field, place);
  }

  #add(field: FieldDescriptorProto, place: Place): void {
    this.#draft.declare({ name: within(this.#fullName, field.name), kind: 'member', place });
    this.#proto.field.push(field);
    this.#fields.push({ field, place });
  }

  /** An `optional` of proto3 is a oneof of one field; these come after the oneofs that were written. */
  #addSyntheticOneofs(): void {
    for (const field of this.#proto.field.filter(({ proto3Optional }) => proto3Optional)) {
      let name = `_${field.name}`;
      while (this.#draft.declared.has(within(this.#fullName, name))) name = `X${name}`;
      this.#draft.declare({ name: within(this.#fullName, name), kind: 'member', place: this.#place });
      field.oneofIndex = this.#proto.oneofDecl.push(create(OneofDescriptorProtoSchema, { name })) - 1;
    }
  }
}
