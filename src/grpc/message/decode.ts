import { type DescMessage, type FileRegistry, fromBinary, toJson } from '@bufbuild/protobuf';

/** What must not reach a terminal or a log as it is; in JSON all of it stands in strings, so it can be escaped. */
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;

const MAX_CHARACTERS = 1_000_000;

export interface DecodeOptions {
  readonly types: FileRegistry;
  /** Longest text, in characters; a longer one is cut and ends in `…`. Default 1,000,000. */
  readonly maxCharacters?: number;
}

/**
 * A message as proto3 JSON on one line, for people. Bytes that are no such message, or that JSON cannot say
 * (an Any of an unknown type), give their base64 and why. Safe to show: what is not printable is escaped.
 */
export function decodeToJson(type: DescMessage, bytes: Uint8Array, options: DecodeOptions): string {
  const { types, maxCharacters = MAX_CHARACTERS } = options;
  const text = JSON.stringify(decode(type, bytes, types)).replace(unsafe, escapeUnit);
  return text.length <= maxCharacters ? text : `${text.slice(0, maxCharacters - 1)}…`;
}

function decode(type: DescMessage, bytes: Uint8Array, registry: FileRegistry): unknown {
  try {
    return toJson(type, fromBinary(type, bytes), { registry });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { undecodable: Buffer.from(bytes).toString('base64'), type: type.typeName, why };
  }
}

function escapeUnit(character: string): string {
  let escaped = '';
  for (let i = 0; i < character.length; i++) {
    escaped += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`;
  }
  return escaped;
}
