import type { DescExtension, DescField, DescMessage, DescOneof, Registry } from '@bufbuild/protobuf';
import { FeatureSet_FieldPresence } from '@bufbuild/protobuf/wkt';
import { closest } from '../../core/index.js';
import type { JsonNode } from '../json/node.js';
import { encoderOf } from '../render/encoder.js';
import { NULL_VALUE } from '../render/program.js';
import { problem } from '../render/refusal.js';
import { encodingOf } from './encoding.js';
import { isNull, member } from './refuse.js';

export type AnyField = DescField | DescExtension;

export interface SetField {
  readonly field: AnyField;
  readonly node: JsonNode;
  readonly path: string;
}

/**
 * Which fields the members of a JSON object set, in the order of their numbers.
 * Names are those of JSON or of the `.proto` file; an extension is `[its.full.name]`.
 *
 * @throws ZipfireError `usage` for a name that is none, a field or oneof that is set twice, a required one that
 *   is not
 */
export function setFields(
  type: DescMessage,
  members: readonly { readonly name: string; readonly value: JsonNode }[],
  path: string,
  types: Registry,
): SetField[] {
  const set: SetField[] = [];
  const seen = new Set<AnyField>();
  const oneofs = new Map<DescOneof, string>();
  for (const { name, value } of members) {
    const field = findField(type, name, types);
    if (field === undefined) throw unknownField(type, name, path);
    if (seen.has(field)) throw problem(member(path, name), `${field.name} is set twice`);
    seen.add(field);
    if (isNull(value) && !takesNull(field)) continue;
    const other = field.oneof === undefined ? undefined : oneofs.get(field.oneof);
    if (other !== undefined) {
      const what = `${field.oneof?.name} is set by ${other} already, and takes one of them`;
      throw problem(member(path, name), what);
    }
    if (field.oneof !== undefined) oneofs.set(field.oneof, name);
    set.push({ field, node: value, path: member(path, name) });
  }
  checkRequired(type, set, path);
  return set.sort((a, b) => a.field.number - b.field.number);
}

/** Field of a message by a name in JSON. */
export function findField(type: DescMessage, name: string, types: Registry): AnyField | undefined {
  const field = namesOf(type).get(name);
  if (field !== undefined || !name.startsWith('[')) return field;
  const extension = types.getExtension(name.slice(1, -1));
  return extension?.extendee.typeName === type.typeName ? extension : undefined;
}

const names = new WeakMap<DescMessage, ReadonlyMap<string, DescField>>();

function namesOf(type: DescMessage): ReadonlyMap<string, DescField> {
  let known = names.get(type);
  if (known === undefined) {
    known = new Map(
      type.fields.flatMap((field) => [[field.name, field] as const, [field.jsonName, field] as const]),
    );
    names.set(type, known);
  }
  return known;
}

/** `null` leaves a field out, but for those whose value it is. */
function takesNull({ fieldKind, message, enum: enumType }: AnyField): boolean {
  if (fieldKind === 'message') return message.typeName === 'google.protobuf.Value';
  return fieldKind === 'enum' && enumType.typeName === NULL_VALUE;
}

function checkRequired(type: DescMessage, set: readonly SetField[], path: string): void {
  for (const field of type.fields) {
    if (field.presence !== FeatureSet_FieldPresence.LEGACY_REQUIRED) continue;
    if (set.some((one) => one.field === field)) continue;
    throw problem(member(path, field.jsonName), `required, and not given; expected ${expected(field)}`);
  }
}

function unknownField(type: DescMessage, name: string, path: string): Error {
  const known = type.fields.map(({ jsonName }) => jsonName);
  const near = closest(name, known);
  const hint =
    known.length === 0
      ? 'it has no fields'
      : near === undefined
        ? `it has ${known.slice(0, 12).join(', ')}${known.length > 12 ? ', …' : ''}`
        : `did you mean "${near}"?`;
  return problem(member(path, name), `${type.typeName} has no such field`, hint);
}

function expected(field: DescField): string {
  if (field.message !== undefined) return field.message.typeName;
  return encoderOf(encodingOf(field.enum ?? field.scalar)).expected;
}
