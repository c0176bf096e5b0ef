import { suggestion, usageError } from '../core/index.js';
import { captureHole } from './capture/index.js';
import { type DataHole, dataHole } from './feed/index.js';
import { isMethodName, methodNames } from './method-names.js';
import { type Hole, parseTemplate, quote } from './template.js';
import { createVariable, keyWritten, variableNames } from './variables.js';

/** What a template may name besides the variables. */
export interface KnownNames {
  /** The key generators. */
  readonly keys: readonly string[];
  /** The columns of feeders, by name; null: not known, so that none is wrong. */
  readonly data?: Readonly<Record<string, readonly string[] | null>> | undefined;
  /** What operations capture from responses. */
  readonly captures?: readonly string[] | undefined;
  /** Whether it belongs to a gRPC call, and may name the method that is called. */
  readonly inCall: boolean;
}

/**
 * Checks a template before a run: syntax, names, arguments.
 * @throws ZipfireError `usage` that names the hole and what is known
 */
export function checkTemplate(text: string, known: KnownNames): void {
  for (const part of parseTemplate(text)) if (typeof part !== 'string') checkHole(part, known);
}

/** Checks one hole: its name and its arguments. @throws ZipfireError `usage` */
export function checkHole(hole: Hole, known: KnownNames): void {
  const { keys, data = {}, inCall } = known;
  const column = dataHole(hole, (name) => Object.hasOwn(data, name));
  if (column !== null) {
    const columns = data[column.feeder] ?? null;
    if (columns !== null && !columns.includes(column.column)) throw unknownColumn(hole, column, columns);
    return;
  }
  if (captureHole(hole, (name) => known.captures?.includes(name) === true) !== null) return;
  if (keys.includes(hole.name) || (inCall && isMethodName(hole.name))) return;
  const numbers = Object.fromEntries(keys.map((name) => [name, () => 0]));
  if (createVariable(hole, { seed: 0, worker: 0, numbers }) === null) throw unknownName(hole, known);
}

/** What is said of a hole that names nothing known. @param where goes before it */
export function unknownName(
  hole: Hole,
  { keys, data = {}, captures = [], inCall }: KnownNames,
  where = '',
): Error {
  const columns = Object.entries(data).flatMap(([name, each]) =>
    (each ?? []).slice(0, 3).map((column) => `${name}.${column}`),
  );
  const known = [...keys, ...columns, ...captures, ...variableNames, ...(inCall ? methodNames : [])];
  return usageError(
    `${where}${hole.source} names neither a key nor a variable`,
    suggestion(hole.name, known),
  );
}

/** What is said of a hole that names data and no column of it. @param where goes before it */
export function unknownColumn(
  hole: Hole,
  { feeder, column }: DataHole,
  columns: readonly string[],
  where = '',
): Error {
  const shown = columns.slice(0, 20);
  if (column === '') {
    return usageError(
      `${where}${hole.source} names data without a column`,
      `write {{${feeder}.${shown[0]}}}`,
    );
  }
  return usageError(
    `${where}${hole.source}: ${feeder} has no column ${quote(column)}`,
    suggestion(column, shown),
  );
}

/** The name of what fills a hole; of what writes a key in another form, the key. */
export function holeName(hole: Pick<Hole, 'name' | 'args'>): string {
  return keyWritten(hole) ?? hole.name;
}

/** The holes of a template. @throws ZipfireError `usage` */
export function templateHoles(text: string): Hole[] {
  return parseTemplate(text).flatMap((part) => (typeof part === 'string' ? [] : [part]));
}

/** A text as a template that renders to it: its braces open no hole. */
export function escapeTemplate(text: string): string {
  return text.replaceAll('{{', '\\{{');
}
