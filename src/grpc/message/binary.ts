import { type DescMessage, fromBinary } from '@bufbuild/protobuf';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { type CompiledMessage, escapeText, usageError } from '../../core/index.js';

/** Bound on messages of one stream. */
const MAX_MESSAGES = 1_000_000;

/**
 * Messages that come as bytes: one message, or several, each with its length as a varint before it. Both are
 * tried; only if the lengths fill the input to its last byte, and every part is such a message, are there several.
 *
 * @param name of the input, for errors
 * @throws ZipfireError `usage` when it is neither
 */
export function binaryMessages(type: DescMessage, bytes: Uint8Array, name: string): CompiledMessage[] {
  const several = split(bytes);
  const parts = several?.every((part) => isMessage(type, part)) ? several : [bytes];
  if (parts.length === 1 && !parts.every((part) => isMessage(type, part))) {
    throw usageError(
      `${escapeText(name)}: the bytes are no ${type.typeName}`,
      'one serialized message, or several with their length before each as a varint',
    );
  }
  return parts.map((part) => ({
    type: type.typeName,
    program: [Buffer.from(part).toString('latin1')],
    dynamic: false,
  }));
}

/** Null when the lengths do not fill the bytes. */
function split(bytes: Uint8Array): Uint8Array[] | null {
  const reader = new BinaryReader(bytes);
  const parts: Uint8Array[] = [];
  try {
    while (reader.pos < reader.len) {
      if (parts.length >= MAX_MESSAGES) return null;
      const length = reader.uint32();
      const start = reader.pos;
      if (start + length > reader.len) return null;
      parts.push(bytes.subarray(start, start + length));
      reader.pos = start + length;
    }
  } catch {
    return null;
  }
  return parts.length === 0 ? null : parts;
}

function isMessage(type: DescMessage, bytes: Uint8Array): boolean {
  try {
    return fromBinary(type, bytes).$typeName === type.typeName;
  } catch {
    return false;
  }
}
