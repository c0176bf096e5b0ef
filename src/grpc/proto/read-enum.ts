import { create } from '@bufbuild/protobuf';
import {
  type EnumDescriptorProto,
  EnumDescriptorProto_EnumReservedRangeSchema,
  EnumDescriptorProtoSchema,
  EnumOptionsSchema,
  EnumValueDescriptorProtoSchema,
  EnumValueOptionsSchema,
} from '@bufbuild/protobuf/wkt';
import { applyOption } from './apply-option.js';
import type { Cursor } from './cursor.js';
import { type Draft, within } from './draft.js';
import { readOption, readOptionList } from './options.js';
import { type Place, protoError } from './place.js';
import { readReserved } from './reserved.js';

const MIN = -(2 ** 31);
const MAX = 2 ** 31 - 1;

/** `enum Name { … }`, after the word `enum`. @param scope full name of what it stands in */
export function readEnum(cursor: Cursor, draft: Draft, scope: string): EnumDescriptorProto {
  const { place } = cursor;
  const name = cursor.word('the name of the enum');
  const proto = create(EnumDescriptorProtoSchema, { name });
  draft.declare({ name: within(scope, name), kind: 'enum', place, enumType: proto });
  const places: Place[] = [];
  cursor.block(() => {
    if (cursor.take('option')) {
      proto.options ??= create(EnumOptionsSchema);
      applyOption(EnumOptionsSchema, proto.options, readOption(cursor));
      cursor.expect(';');
    } else if (cursor.take('reserved')) {
      readReserved(cursor, MIN, MAX, proto.reservedName, (start, end) =>
        proto.reservedRange.push(create(EnumDescriptorProto_EnumReservedRangeSchema, { start, end })),
      );
    } else {
      places.push(cursor.place);
      readValue(cursor, draft, proto, scope);
    }
  });
  check(proto, draft, place, places);
  return proto;
}

/** As in C++, the values of an enum are names of the scope that the enum is in. */
function readValue(cursor: Cursor, draft: Draft, parent: EnumDescriptorProto, scope: string): void {
  const { place } = cursor;
  const name = cursor.word('the name of a value');
  draft.declare({ name: within(scope, name), kind: 'member', place });
  cursor.expect('=');
  const proto = create(EnumValueDescriptorProtoSchema, {
    name,
    number: cursor.integer('the number of a value', MIN, MAX),
  });
  for (const option of readOptionList(cursor)) {
    proto.options ??= create(EnumValueOptionsSchema);
    applyOption(EnumValueOptionsSchema, proto.options, option);
  }
  cursor.expect(';');
  parent.value.push(proto);
}

function check(proto: EnumDescriptorProto, draft: Draft, place: Place, places: readonly Place[]): void {
  const [first] = proto.value;
  if (first === undefined) throw protoError(place, `enum "${proto.name}" has no value`);
  if (draft.syntax === 'proto3' && first.number !== 0) {
    throw protoError(places[0] ?? place, 'the first value of an enum is 0 in proto3');
  }
  const names = new Map<number, string>();
  proto.value.forEach(({ name, number }, i) => {
    const before = names.get(number);
    if (before !== undefined && proto.options?.allowAlias !== true) {
      throw protoError(
        places[i] ?? place,
        `"${name}" has the number ${number}, which "${before}" has`,
        'option allow_alias = true; permits it',
      );
    }
    names.set(number, name);
  });
}
