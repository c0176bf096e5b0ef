import { escapeText } from '../../core/index.js';
import { atLine, checkRowFile, type RowFile, type RowSource, textStart } from './file.js';
import { TableBuilder } from './table.js';

const LF = 0x0a;
/** Names of the first row that are remembered, for what a template may name. */
const MAX_NAMES = 10_000;
const MAX_DEPTH = 32;

/**
 * A JSON object on each line; empty lines are passed over. A column is the path of a text, a number or a boolean:
 * `user.name`. Numbers come out as JavaScript writes them, so integers beyond 2^53 are refused.
 *
 * @throws ZipfireError `usage` with the line
 */
export function readJsonLines(source: RowSource): RowFile {
  checkRowFile(source);
  const { bytes, name, wanted } = source;
  let columns: readonly string[] = [];
  let kept: readonly string[] = [];
  let builder: TableBuilder | null = null;
  let line = 0;
  for (let at = textStart(bytes); at < bytes.length; ) {
    const end = bytes.indexOf(LF, at);
    const text = bytes.toString('utf8', at, end < 0 ? bytes.length : end);
    at = end < 0 ? bytes.length : end + 1;
    line++;
    if (text.trim() === '') continue;
    const row = readRow(text, name, line);
    if (builder === null) {
      columns = pathsOf(row);
      kept = columns.filter((column) => wanted.has(column));
      builder = new TableBuilder(source, kept);
    }
    for (const column of kept) {
      builder.write(textAt(row, column, name, line));
      builder.endCell();
    }
    builder.endRow(line);
  }
  if (builder === null) throw atLine(name, 1, 'no rows');
  return builder.finish(columns, line);
}

function readRow(text: string, name: string, line: number): object {
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch (error) {
    throw atLine(
      name,
      line,
      `no JSON: ${escapeText(error instanceof Error ? error.message : String(error))}`,
    );
  }
  if (isObject(row)) return row;
  throw atLine(name, line, 'expected a JSON object', 'one on each line: {"id": 1}');
}

/** The text of a path in a row. A name that holds the dots itself goes before a path. */
function textAt(row: object, column: string, name: string, line: number): string {
  let value: unknown = row;
  for (const part of Object.hasOwn(row, column) ? [column] : column.split('.')) {
    value = isObject(value) && Object.hasOwn(value, part) ? Reflect.get(value, part) : undefined;
  }
  if (typeof value === 'string' || typeof value === 'boolean') return String(value);
  const what = `"${escapeText(column, { maxLength: 60 })}"`;
  if (typeof value === 'number') {
    if (!Number.isInteger(value) || Number.isSafeInteger(value)) return String(value);
    throw atLine(
      name,
      line,
      `${what} is an integer beyond 2^53`,
      'write it in quotes, so that no digit is lost',
    );
  }
  const read = value === undefined ? 'missing' : value === null ? 'null' : 'no single value';
  throw atLine(name, line, `${what} is ${read}`, 'every row has a text, a number or a boolean there');
}

/** The paths of a row's single values. */
function pathsOf(row: object): string[] {
  const paths: string[] = [];
  const walk = (value: unknown, path: string, depth: number): void => {
    if (paths.length >= MAX_NAMES || depth > MAX_DEPTH) return;
    if (!isObject(value)) {
      if (!Array.isArray(value)) paths.push(path);
      return;
    }
    for (const [part, inner] of Object.entries(value))
      walk(inner, path === '' ? part : `${path}.${part}`, depth + 1);
  };
  walk(row, '', 0);
  return paths;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
