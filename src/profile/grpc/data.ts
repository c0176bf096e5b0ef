import { type CallData, escapeText, usageError } from '../../core/index.js';
import { escapeTemplate } from '../../request/index.js';
import type { PlanContext } from '../context.js';
import { isRecord } from '../records.js';

/** Data of a plan is held by every worker. */
const MAX_DATA_BYTES = 16 * 2 ** 20;
const MAX_DEPTH = 100;

/** Data that is not given: one empty message. */
export const noData: CallData = { kind: 'json', text: '', name: 'data' };

/**
 * Data as a JSON template.
 * @param templates whether braces open holes
 */
export function jsonData(text: string, name: string, templates = true): CallData {
  return { kind: 'json', text: templates ? text : escapeTemplate(text), name };
}

/** @throws ZipfireError `usage` when the file cannot be read, or is no text */
export function jsonFile(path: string, context: PlanContext, templates = true): CallData {
  const name = escapeText(path);
  return jsonData(utf8(context.readFile(path, MAX_DATA_BYTES), name), name, templates);
}

export function jsonStdin(context: PlanContext, templates = true): CallData {
  return jsonData(utf8(context.readStdin(MAX_DATA_BYTES), 'standard input'), 'standard input', templates);
}

export function binaryFile(path: string, context: PlanContext): CallData {
  return binaryData(context.readFile(path, MAX_DATA_BYTES), escapeText(path));
}

export function binaryStdin(context: PlanContext): CallData {
  return binaryData(context.readStdin(MAX_DATA_BYTES), 'standard input');
}

function binaryData(bytes: Uint8Array, name: string): CallData {
  return { kind: 'binary', base64: Buffer.from(bytes).toString('base64'), name };
}

/** @throws ZipfireError `usage` when the bytes are no UTF-8 */
export function utf8(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw usageError(`${name}: not UTF-8`, 'serialized messages are given as binary data');
  }
}

/**
 * The JSON of data that stands in a YAML file as names and values. A text is JSON already.
 * @throws ZipfireError `usage` for a whole number that YAML has rounded
 */
export function jsonOfYaml(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === null || value === undefined ? '' : JSON.stringify(exactly(value, 0));
}

function exactly(value: unknown, depth: number): unknown {
  if (depth > MAX_DEPTH) throw usageError(`nested deeper than ${MAX_DEPTH} levels`);
  if (typeof value === 'number') {
    // NaN, Infinity and -Infinity are texts in the JSON of messages.
    if (!Number.isFinite(value)) return String(value);
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
      throw usageError(
        `${value} has lost its last digits: YAML holds whole numbers up to 2^53`,
        'write it in quotes',
      );
    }
  }
  if (Array.isArray(value)) return value.map((item) => exactly(item, depth + 1));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, exactly(item, depth + 1)]));
}
