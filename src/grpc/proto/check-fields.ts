import type { DescriptorProto, FieldDescriptorProto } from '@bufbuild/protobuf/wkt';
import { type Place, protoError } from './place.js';

export interface PlacedField {
  readonly field: FieldDescriptorProto;
  readonly place: Place;
}

/**
 * Refuses fields of one message that share a number or JSON name, or take what is reserved.
 * @param distinctJsonNames whether those matter; protoc lets proto2 be
 */
export function checkFields(
  message: DescriptorProto,
  fields: readonly PlacedField[],
  distinctJsonNames: boolean,
): void {
  const numbers = new Map<number, string>();
  const jsonNames = new Map<string, string>();
  for (const { field, place } of fields) {
    const { name, number, jsonName } = field;
    const sameNumber = numbers.get(number);
    if (sameNumber !== undefined) {
      throw protoError(place, `"${name}" has the number ${number}, which "${sameNumber}" has`);
    }
    const sameJson = jsonNames.get(jsonName);
    if (sameJson !== undefined && distinctJsonNames) {
      throw protoError(
        place,
        `"${name}" and "${sameJson}" are both "${jsonName}" in JSON`,
        'rename one, or give it a json_name',
      );
    }
    if (message.reservedName.includes(name)) throw protoError(place, `the name "${name}" is reserved`);
    if (message.reservedRange.some((range) => inRange(number, range))) {
      throw protoError(place, `the number ${number} is reserved`);
    }
    if (message.extensionRange.some((range) => inRange(number, range))) {
      throw protoError(place, `the number ${number} is for extensions`);
    }
    numbers.set(number, name);
    jsonNames.set(jsonName, name);
  }
}

function inRange(number: number, { start, end }: { start: number; end: number }): boolean {
  return number >= start && number < end;
}
