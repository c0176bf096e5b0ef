import { type DescField, type DescMessage, type Message, ScalarType } from '@bufbuild/protobuf';
import { type ReflectMessage, reflect } from '@bufbuild/protobuf/reflect';
import { suggestion } from '../../core/index.js';
import type { Option, OptionValue } from './options.js';
import { type Place, protoError } from './place.js';

/**
 * Sets an option that descriptor.proto knows on its message (`FieldOptions` and its like). Options of one's own
 * making, which stand in parentheses, are left out: none changes an encoding.
 *
 * @throws ZipfireError `usage` for a name that is none, or a value that does not fit
 */
export function applyOption(schema: DescMessage, options: Message, option: Option): void {
  set(reflect(schema, options), option.name.split(/\.(?![^(]*\))/), option.value, option.place);
}

function set(target: ReflectMessage, path: readonly string[], value: OptionValue, place: Place): void {
  const [name = '', ...inner] = path;
  if (name.startsWith('(') || name.startsWith('[')) return;
  const field = target.fields.find((candidate) => candidate.name === name);
  if (field === undefined) {
    const names = target.fields.map((candidate) => candidate.name);
    throw protoError(place, `"${name}" is not an option here`, suggestion(name, names));
  }
  if (field.fieldKind === 'message') {
    const message = target.get(field);
    if (inner.length > 0) set(message, inner, value, place);
    else
      for (const member of members(value, name, place))
        set(message, [member.name], member.value, member.place);
    target.set(field, message);
  } else if (field.fieldKind === 'list' && field.listKind !== 'message') {
    target.get(field).add(scalar(field, value, name, place));
  } else if (field.fieldKind === 'scalar' || field.fieldKind === 'enum') {
    target.set(field, scalar(field, value, name, place));
  }
}

function members(value: OptionValue, name: string, place: Place): readonly Option[] {
  if (value.kind === 'members') return value.members;
  throw protoError(place, `option "${name}" takes members in braces`);
}

function scalar(field: DescField, value: OptionValue, name: string, place: Place): string | boolean | number {
  const refuse = (expected: string) => protoError(place, `option "${name}" takes ${expected}`);
  if (value.kind === 'members') throw refuse('a value, and no braces');
  if (field.enum !== undefined) {
    const known = field.enum.values.find((candidate) => candidate.name === value.text);
    if (known === undefined) throw refuse(field.enum.values.map((candidate) => candidate.name).join(', '));
    return known.number;
  }
  switch (field.scalar) {
    case ScalarType.BOOL:
      if (value.text !== 'true' && value.text !== 'false') throw refuse('true or false');
      return value.text === 'true';
    case ScalarType.STRING:
      if (value.kind !== 'string') throw refuse('a string');
      return Buffer.from(value.text, 'latin1').toString('utf8');
    default:
      if (value.kind !== 'number') throw refuse('a number');
      return Number(value.text);
  }
}
