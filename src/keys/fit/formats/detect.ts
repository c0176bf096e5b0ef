import { escapeText, suggestion, usageError } from '../../../core/index.js';
import { accessLogLine, delimiterOf, headerCells, mostOf, readObject, scalarAt } from '../../../log/index.js';
import { AccessLog } from './access-log.js';
import { Csv } from './csv.js';
import type { KeyFormat } from './format.js';
import { JsonLines } from './json-lines.js';
import { PatternLines, PlainLines, readPattern } from './pattern.js';

/** What a user says of a log; what is left out is found out. At most one of the four says what a line is. */
export interface KeyLogOptions {
  /** Regex with one group, for the path with its query of an access log. */
  readonly key?: string | undefined;
  /** Path of the key in JSON lines: `request.uri`. */
  readonly field?: string | undefined;
  /** Name of the key's column, or its number from 1 where there is no header. */
  readonly column?: string | undefined;
  /** Regex with one group, for the whole line. */
  readonly regex?: string | undefined;
}

const PATH_NAMES = [
  'key',
  'path',
  'uri',
  'url',
  'request_uri',
  'request.uri',
  'request.path',
  'request.url',
  'http.path',
  'cs-uri-stem',
  'user',
  'user_id',
  'id',
];

/**
 * Which format a log has.
 *
 * @param sample its first lines, without their ends; not empty
 * @throws ZipfireError `usage` where it is none that is known, or does not hold what was asked for
 */
export function formatOf(sample: readonly string[], options: KeyLogOptions): KeyFormat {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  if (given.length > 1) {
    throw usageError(
      `${given.map(([name]) => `--${name}`).join(' and ')} both say what the key is`,
      'give one',
    );
  }
  const { key, field, column, regex } = options;
  if (regex !== undefined) return new PatternLines(readPattern(regex, '--regex'));
  if (field !== undefined) return new JsonLines(field);
  if (column !== undefined) return csv(sample, column);
  const pattern = key === undefined ? null : readPattern(key, '--key');
  if (mostOf(sample, (line) => accessLogLine.test(line))) {
    const isCombined = mostOf(sample, (line) => /"[^"]*" "[^"]*"/.test(line));
    return new AccessLog(isCombined ? 'combined log format' : 'common log format', pattern);
  }
  if (pattern !== null) {
    throw usageError(
      '--key is for access logs, and these lines are none',
      `give --regex; the first line is ${shown(sample)}`,
    );
  }
  if (mostOf(sample, (line) => line.trimStart().startsWith('{'))) return jsonLines(sample);
  const delimiter = delimiterOf(sample);
  if (delimiter !== undefined) return guessedCsv(sample, delimiter);
  if (mostOf(sample, (line) => !/\s/.test(line))) return new PlainLines();
  throw usageError(
    `the format of the log is not known; its first line is ${shown(sample)}`,
    "say what the key is: --regex 'user=(\\d+)', or --field, or --column",
  );
}

function jsonLines(sample: readonly string[]): KeyFormat {
  const objects = sample.map(readObject).filter((object) => object !== undefined);
  const field = PATH_NAMES.find((name) => mostOf(objects, (object) => scalarAt(object, name) !== undefined));
  if (field !== undefined) return new JsonLines(field);
  const names = Object.keys(objects[0] ?? {})
    .slice(0, 20)
    .join(', ');
  throw usageError(
    'which field of the JSON lines is the key?',
    `--field <name>, a.b within objects; the first line has ${escapeText(names)}`,
  );
}

function csv(sample: readonly string[], column: string): KeyFormat {
  const delimiter = delimiterOf(sample) ?? ',';
  if (/^[1-9]\d{0,3}$/.test(column)) return new Csv(delimiter, Number(column) - 1, null);
  const cells = headerCells(sample[0] ?? '', delimiter);
  const index = cells.indexOf(column);
  if (index !== -1) return new Csv(delimiter, index, column);
  throw usageError(
    `--column: the first line has no column "${escapeText(column, { maxLength: 60 })}"`,
    escapeText(suggestion(column, cells.slice(0, 30)), { maxLength: 400 }),
  );
}

function guessedCsv(sample: readonly string[], delimiter: string): KeyFormat {
  const cells = headerCells(sample[0] ?? '', delimiter);
  const name = PATH_NAMES.find((known) => cells.includes(known));
  if (name !== undefined) return new Csv(delimiter, cells.indexOf(name), name);
  throw usageError(
    'which column of the CSV is the key?',
    `--column <name or number>; the first line is ${shown(sample)}`,
  );
}

function shown(sample: readonly string[]): string {
  return `"${escapeText(sample[0] ?? '', { maxLength: 100 })}"`;
}
