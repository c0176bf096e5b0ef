import type { Cursor } from './cursor.js';
import type { Place } from './place.js';

/** The value of an option: a word or number as written, a string as a byte string, or members in braces. */
export type OptionValue =
  | { readonly kind: 'word' | 'number' | 'string'; readonly text: string }
  | { readonly kind: 'members'; readonly members: readonly Option[] };

export interface Option {
  /** As written: `packed`, `features.field_presence`, `(my.option).part`. */
  readonly name: string;
  readonly value: OptionValue;
  readonly place: Place;
}

/** `name = value`, as after `option` and in brackets. */
export function readOption(cursor: Cursor): Option {
  const { place } = cursor;
  let name = namePart(cursor);
  while (cursor.take('.')) name += `.${namePart(cursor)}`;
  cursor.expect('=');
  return { name, value: readValue(cursor), place };
}

/** `[a = 1, b = 2]`, or nothing. */
export function readOptionList(cursor: Cursor): Option[] {
  const options: Option[] = [];
  if (!cursor.take('[')) return options;
  do options.push(readOption(cursor));
  while (cursor.take(','));
  cursor.expect(']');
  return options;
}

/** Extensions stand in parentheses. Which they are is not looked up: none of them changes an encoding. */
function namePart(cursor: Cursor): string {
  if (!cursor.take('(')) return cursor.word('the name of an option');
  const name = cursor.dotted('the name of an option', true);
  cursor.expect(')');
  return `(${name})`;
}

function readValue(cursor: Cursor): OptionValue {
  if (cursor.at('{')) return { kind: 'members', members: readMembers(cursor) };
  if (cursor.atKind('string')) return { kind: 'string', text: cursor.string('a string') };
  const sign = cursor.take('-') ? '-' : '';
  const isNumber = cursor.atKind('integer') || cursor.atKind('float');
  if (!isNumber && !cursor.atKind('word')) throw cursor.unexpected('a value');
  const { text } = cursor.next();
  return { kind: isNumber ? 'number' : 'word', text: sign + text };
}

/** The text format of messages: `name: value`, `name { … }`, lists, extensions and Any types in brackets. */
function readMembers(cursor: Cursor): Option[] {
  const members: Option[] = [];
  const [open, close] = cursor.at('<') ? ['<', '>'] : ['{', '}'];
  cursor.block(
    () => {
      const { place } = cursor;
      const name = cursor.at('[') ? bracketedName(cursor) : cursor.word('a name');
      const colon = cursor.take(':');
      if (!colon && !cursor.at('{') && !cursor.at('<') && !cursor.at('[')) throw cursor.unexpected('":"');
      for (const value of readMemberValues(cursor)) members.push({ name, value, place });
      cursor.take(',');
    },
    open,
    close,
  );
  return members;
}

function bracketedName(cursor: Cursor): string {
  cursor.expect('[');
  let name = cursor.dotted('a type name');
  while (cursor.take('/')) name += `/${cursor.dotted('a type name')}`;
  cursor.expect(']');
  return `[${name}]`;
}

function readMemberValues(cursor: Cursor): OptionValue[] {
  if (!cursor.take('[')) return [readMemberValue(cursor)];
  const values: OptionValue[] = [];
  if (cursor.take(']')) return values;
  do values.push(readMemberValue(cursor));
  while (cursor.take(','));
  cursor.expect(']');
  return values;
}

function readMemberValue(cursor: Cursor): OptionValue {
  if (cursor.at('<')) return { kind: 'members', members: readMembers(cursor) };
  return readValue(cursor);
}
