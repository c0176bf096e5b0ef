import {
  escapeText,
  type Replay,
  type ReplayFields,
  type ReplayPart,
  suggestion,
  usageError,
} from '../core/index.js';
import {
  accessLogLine,
  cellsOfLine,
  delimiterOf,
  headerCells,
  mostOf,
  readObject,
  scalarAt,
  valueAt,
} from '../log/index.js';
import type { LoggedRequest } from './request.js';

/** Reads the request of a line. */
export interface RequestFormat {
  readonly about: string;
  /** First lines that are no lines of the log. */
  readonly headers: number;
  /** @returns null for a line that has none */
  read(line: string): LoggedRequest | null;
}

/** Where each part is looked for, the first that is there. */
const names: Readonly<Record<ReplayPart, readonly string[]>> = {
  method: [
    'method',
    'request_method',
    'http_method',
    'verb',
    'request.method',
    'http.request.method',
    'cs-method',
  ],
  path: [
    'path',
    'uri',
    'url',
    'request_uri',
    'target',
    'request.uri',
    'request.path',
    'request.url',
    'http.path',
    'http.url',
    'cs-uri-stem',
    'request',
  ],
  time: [
    'time',
    'timestamp',
    'ts',
    '@timestamp',
    'time_iso8601',
    'time_local',
    'msec',
    'datetime',
    'date',
    'start',
  ],
  headers: ['headers', 'request_headers', 'request.headers'],
  body: ['body', 'request_body', 'request.body'],
};

/**
 * Which format a log has.
 * @param sample its first lines, without their ends; not empty
 * @throws ZipfireError `usage` where it is none that is known, or does not hold what was asked for
 */
export function formatOf(sample: readonly string[], { format, fields, speed }: Replay): RequestFormat {
  const hasFields = Object.keys(fields).length > 0;
  const timed = speed !== null;
  if (
    format === 'access' ||
    (format === 'auto' && !hasFields && mostOf(sample, (line) => accessLogLine.test(line)))
  ) {
    const isCombined = mostOf(sample, (line) => /"[^"]*" "[^"]*"/.test(line));
    return {
      about: isCombined ? 'combined log format' : 'common log format',
      headers: 0,
      read: readAccessLine,
    };
  }
  if (format === 'jsonl' || (format === 'auto' && mostOf(sample, (line) => line.trimStart().startsWith('{'))))
    return jsonLines(sample, fields, timed);
  const delimiter = delimiterOf(sample) ?? (format === 'csv' ? ',' : undefined);
  if (delimiter !== undefined) return csv(sample, delimiter, fields, timed);
  throw usageError(
    `the format of the log is not known; its first line is ${shown(sample)}`,
    'access logs (common, combined), JSON lines and CSV are read',
  );
}

/** `"GET /path HTTP/1.1"`: the method, and what stands between it and the version. */
const REQUEST_LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,40}) (.*?)(?: HTTP\/\d(?:\.\d)?)?$/s;
const ACCESS_LINE = /^\S+ .*?\[([^\]]{1,64})\] "((?:[^"\\]|\\.)*)"/s;

function readAccessLine(line: string): LoggedRequest | null {
  const [, time, request] = ACCESS_LINE.exec(line) ?? [];
  const parts = request === undefined ? null : requestLine(unescaped(request));
  return parts === null ? null : { ...parts, time: time ?? null, headers: [], body: null };
}

function requestLine(text: string): { method: string; target: string } | null {
  const [, method, target] = REQUEST_LINE.exec(text) ?? [];
  return method === undefined || target === undefined ? null : { method, target };
}

/** Servers write quotes, backslashes and what is not printable as `\"`, `\\` and `\x22`. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(?:x([0-9A-Fa-f]{2})|(.))/gs, (whole: string, hex?: string, other?: string) => {
    // As one byte of a target, whatever character it is a part of.
    if (hex !== undefined) return `%${hex}`;
    return other === '"' || other === '\\' ? other : whole;
  });
}

function jsonLines(sample: readonly string[], fields: ReplayFields, timed: boolean): RequestFormat {
  const objects = sample.map(readObject).filter((object) => object !== undefined);
  const find = (part: ReplayPart) => {
    // Every request has a path and a time; the other parts may be those of few.
    const isThere = part === 'path' || part === 'time' ? mostOf : someOf;
    return (
      fields[part] ??
      names[part].find((name) => isThere(objects, (object) => valueAt(object, name) !== undefined))
    );
  };
  const known = `the first line has ${escapeText(
    Object.keys(objects[0] ?? {})
      .slice(0, 20)
      .join(', '),
    { maxLength: 300 },
  )}`;
  const at = partsFound(find, timed, 'field', known);
  return {
    about: `JSON lines (${aboutParts(at)})`,
    headers: 0,
    read: (line) => {
      const object = readObject(line);
      if (object === undefined) return null;
      const text = (part: ReplayPart) => {
        const path = at[part];
        return path === undefined ? undefined : scalarAt(object, path);
      };
      const body = at.body === undefined ? undefined : valueAt(object, at.body);
      return loggedRequest(
        text,
        headersOf(at.headers === undefined ? undefined : valueAt(object, at.headers)),
        textOf(body),
      );
    },
  };
}

function csv(
  sample: readonly string[],
  delimiter: string,
  fields: ReplayFields,
  timed: boolean,
): RequestFormat {
  const cells = headerCells(sample[0] ?? '', delimiter);
  const numbered =
    Object.values(fields).length > 0 && Object.values(fields).every((name) => /^[1-9]\d{0,3}$/.test(name));
  const find = (part: ReplayPart) => {
    const given = fields[part];
    if (given === undefined) return numbered ? undefined : names[part].find((name) => cells.includes(name));
    if (numbered || cells.includes(given)) return given;
    throw usageError(
      `the first line has no column "${escapeText(given, { maxLength: 60 })}"`,
      escapeText(suggestion(given, cells.slice(0, 30)), { maxLength: 400 }),
    );
  };
  const at = partsFound(find, timed, 'column', `the first line is ${shown(sample)}`);
  const indices = new Map(
    Object.entries(at).map(([part, name]) => [part, numbered ? Number(name) - 1 : cells.indexOf(name)]),
  );
  return {
    about: `${delimiter === '\t' ? 'tab-separated values' : 'CSV'} (${aboutParts(at)})`,
    headers: numbered ? 0 : 1,
    read: (line) => {
      const row = cellsOfLine(line, delimiter);
      if (row === null) return null;
      const text = (part: ReplayPart) => row[indices.get(part) ?? -1];
      return loggedRequest(text, headersOf(readObject(text('headers') ?? '')), text('body') || null);
    },
  };
}

const someOf: typeof mostOf = (items, test) => items.some(test);

type Found = ReplayFields & { readonly path: string };

function partsFound(
  find: (part: ReplayPart) => string | undefined,
  timed: boolean,
  what: string,
  known: string,
): Found {
  const parts = (['method', 'time', 'headers', 'body'] as const).flatMap((part) => {
    const name = find(part);
    return name === undefined ? [] : [[part, name] as const];
  });
  const path = find('path');
  const found = { ...Object.fromEntries(parts), path: path ?? '' };
  const missing = path === undefined ? 'path' : timed && !Object.hasOwn(found, 'time') ? 'time' : null;
  if (missing === null) return found;
  const untimed = missing === 'time' ? ', or --speed max to do without times' : '';
  throw usageError(
    `which ${what} is the ${missing} of a request?`,
    `--replay-fields ${missing}=<name>${untimed}; ${known}`,
  );
}

function aboutParts(at: Found): string {
  return Object.entries(at)
    .map(([part, name]) => (part === name ? part : `${part}: ${escapeText(name, { maxLength: 40 })}`))
    .join(', ');
}

function loggedRequest(
  text: (part: ReplayPart) => string | undefined,
  headers: LoggedRequest['headers'],
  body: string | null,
): LoggedRequest | null {
  const target = text('path');
  if (target === undefined) return null;
  // nginx's $request is a whole request line.
  const whole = target.startsWith('/') ? null : requestLine(target);
  const isWhole = whole !== null && /^(?:\/|https?:\/\/)/i.test(whole.target);
  return {
    method: text('method') || (isWhole ? whole.method : 'GET'),
    target: isWhole ? whole.target : target,
    time: text('time') ?? null,
    headers,
    body,
  };
}

/** Headers as names and values, or as pairs; of a list of values each is a line. */
function headersOf(value: unknown): LoggedRequest['headers'] {
  if (typeof value !== 'object' || value === null) return [];
  const entries: [unknown, unknown][] = Array.isArray(value)
    ? value.flatMap((pair): [unknown, unknown][] => (Array.isArray(pair) ? [[pair[0], pair[1]]] : []))
    : Object.entries(value);
  return entries.flatMap(([name, one]) =>
    (Array.isArray(one) ? one : [one]).flatMap((each: unknown): [string, string][] =>
      typeof name === 'string' && ['string', 'number', 'boolean'].includes(typeof each)
        ? [[name, String(each)]]
        : [],
    ),
  );
}

/** A body that is no text was one before the log's writer read it as JSON. */
function textOf(body: unknown): string | null {
  if (body === undefined || body === null || body === '') return null;
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function shown(sample: readonly string[]): string {
  return `"${escapeText(sample[0] ?? '', { maxLength: 100 })}"`;
}
