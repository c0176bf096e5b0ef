import { escapeText, usageError } from '../../core/index.js';
import {
  decodeBinaryMetadata,
  isBinaryMetadata,
  isMetadataText,
  metadataNameProblem,
} from '../../wire/grpc/metadata.js';
import type { Header } from '../headers.js';
import { isRecord } from '../records.js';

/** Metadata names are lower case on the wire; as in other clients, they may be written in any. */
export function metadataOf([name, value]: Header): Header {
  return [name.toLowerCase(), value];
}

/**
 * Refuses what cannot be metadata. Values with holes are looked at once these are known.
 * @throws ZipfireError `usage`
 */
export function checkMetadata([name, value]: Header): void {
  const problem = metadataNameProblem(name);
  if (problem !== null)
    throw usageError(`the metadata name "${escapeText(name, { maxLength: 60 })}" ${problem}`);
  if (value.includes('{{')) return;
  if (isBinaryMetadata(name)) {
    if (decodeBinaryMetadata(value) !== null) return;
    throw usageError(
      `the value of ${name} is no base64`,
      'values of names that end in -bin are bytes in base64',
    );
  }
  if (isMetadataText(value)) return;
  throw usageError(
    `the value of ${name} is not printable ASCII`,
    `give other bytes in base64, under the name ${name}-bin`,
  );
}

/**
 * Metadata as ghz takes it, a JSON object of texts; a list is sent value by value.
 * @throws ZipfireError `usage`
 */
export function parseMetadata(text: string): Header[] {
  if (text.trim() === '') return [];
  return metadataFrom(parseJson(text));
}

function metadataFrom(value: unknown): Header[] {
  if (!isRecord(value)) throw usageError('expected metadata such as {"name": "value"}');
  return Object.entries(value).flatMap(([name, one]) =>
    (Array.isArray(one) ? one : [one]).map((item: unknown): Header => {
      if (typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean') {
        return metadataOf([name, String(item)]);
      }
      throw usageError(`the value of ${escapeText(name, { maxLength: 60 })} is no text`);
    }),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const bare = /[:,[]\s*\{\{/.test(text);
    throw usageError(
      `no JSON: ${escapeText(error instanceof Error ? error.message : String(error))}`,
      bare ? 'templates stand in quotes here: {"name": "{{hit}}"}' : 'metadata is JSON: {"name": "value"}',
    );
  }
}
