import { FieldDescriptorProto_Type } from '@bufbuild/protobuf/wkt';
import type { OptionValue } from './options.js';
import { type Place, protoError } from './place.js';

const Type = FieldDescriptorProto_Type;

/** A default as a descriptor holds it: numbers in decimal, bytes with C escapes, all others as they are. */
export function defaultText(type: FieldDescriptorProto_Type, value: OptionValue, place: Place): string {
  if (value.kind === 'members') throw protoError(place, 'a default is one value');
  const { kind, text } = value;
  switch (type) {
    case Type.STRING:
      if (kind !== 'string') throw protoError(place, 'the default of a string is in quotes');
      return Buffer.from(text, 'latin1').toString('utf8');
    case Type.BYTES:
      if (kind !== 'string') throw protoError(place, 'the default of bytes is in quotes');
      return cEscape(text);
    case Type.BOOL:
      if (text !== 'true' && text !== 'false')
        throw protoError(place, 'the default of a bool is true or false');
      return text;
    case Type.FLOAT:
    case Type.DOUBLE:
      if (kind === 'word' && !/^-?(inf|nan)$/.test(text)) throw protoError(place, 'expected a number');
      return kind === 'word' ? text : String(Number(text));
    case Type.MESSAGE:
    case Type.GROUP:
      throw protoError(place, 'messages have no default');
    default:
      return kind === 'number' ? wholeNumber(text, place) : text;
  }
}

/** Hexadecimal and octal become decimal. What is neither a number nor the name of an enum's value is found later. */
function wholeNumber(text: string, place: Place): string {
  const negative = text.startsWith('-');
  const digits = negative ? text.slice(1) : text;
  if (!/^(0[xX][0-9A-Fa-f]+|\d+)$/.test(digits)) throw protoError(place, 'expected a whole number');
  const value = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return String(negative ? -value : value);
}

const named: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '"': '\\"',
  "'": "\\'",
  '\\': '\\\\',
};

function cEscape(bytes: string): string {
  return bytes.replace(/[^ !#-&(-[\]-~]/g, (char) => {
    return named[char] ?? `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`;
  });
}
