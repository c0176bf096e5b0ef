import { escapeText, usageError, ZipfireError } from '../core/index.js';
import { isRecord } from './records.js';
import { looksSecret } from './secret-names.js';

/** Names and values. */
export type Tags = Readonly<Record<string, string>>;

export const MAX_TAGS = 50;
const MAX_NAME = 64;
const MAX_VALUE = 1000;

/**
 * The tags of `--tags`, a JSON map: `{"env": "staging", "commit": "4e1f"}`.
 * @throws ZipfireError `usage`
 */
export function parseTags(text: string): Tags {
  const tags = tagEntries(parseJson(text)).map(([name, raw]): [string, string] => {
    try {
      return [name, tagValue(name, raw)];
    } catch (error) {
      if (!(error instanceof ZipfireError)) throw error;
      throw usageError(`${escapeText(name, { maxLength: 60 })}: ${error.message}`);
    }
  });
  return Object.fromEntries(tags);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const hint = `give names and values: --tags '{"env": "staging"}'`;
    const read = looksSecret(text) ? '' : `, read "${escapeText(text, { maxLength: 60 })}"`;
    throw usageError(`expected JSON${read}`, hint);
  }
}

/** @throws ZipfireError `usage` */
export function tagEntries(raw: unknown): [string, unknown][] {
  if (!isRecord(raw)) throw usageError('expected names and values', '{"env": "staging"}');
  const entries = Object.entries(raw);
  if (entries.length > MAX_TAGS)
    throw usageError(`expected ${MAX_TAGS} tags at most, read ${entries.length}`);
  return entries;
}

/** @throws ZipfireError `usage` */
export function tagValue(name: string, raw: unknown): string {
  if (name === '') throw usageError('a tag without a name');
  if (name.length > MAX_NAME) throw usageError(`a name of more than ${MAX_NAME} characters`);
  if (!['string', 'number', 'boolean'].includes(typeof raw)) throw usageError('expected a single value');
  const value = String(raw);
  if (value.length > MAX_VALUE) throw usageError(`a value of more than ${MAX_VALUE} characters`);
  return value;
}
