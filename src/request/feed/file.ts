import { type Buffer, isUtf8 } from 'node:buffer';
import { escapeText, formatBytes, formatCount, type RowTable, usageError } from '../../core/index.js';

/** Bounds on a file of rows. They are of memory: all of it is held, once, for all workers. */
export interface RowLimits {
  readonly maxBytes: number;
  readonly maxRows: number;
  /** Rows × columns that are used. */
  readonly maxCells: number;
}

export const rowLimits: RowLimits = { maxBytes: 256 * 2 ** 20, maxRows: 1e7, maxCells: 64e6 };

/** A file of rows, read. */
export interface RowFile {
  /** Every column that a template may name; of JSON lines those of the first row. */
  readonly columns: readonly string[];
  /** The columns that were asked for and are there. */
  readonly table: RowTable;
  /** The line that each row begins on, from 1. */
  readonly lines: Uint32Array;
}

/** What a reader of one format is given. */
export interface RowSource {
  readonly bytes: Buffer;
  /** Name of the file, for errors. */
  readonly name: string;
  readonly wanted: ReadonlySet<string>;
  readonly limits: RowLimits;
}

const LF = 0x0a;
const BOM = [0xef, 0xbb, 0xbf];

/** Where the text begins: after a byte order mark, if there is one. */
export function textStart(bytes: Buffer): number {
  return BOM.every((byte, i) => bytes[i] === byte) ? BOM.length : 0;
}

/** @throws ZipfireError `usage` for what no reader needs to look at */
export function checkRowFile({ bytes, name, limits }: RowSource): void {
  if (bytes.length > limits.maxBytes) {
    throw usageError(`${escapeText(name)} is larger than ${formatBytes(limits.maxBytes)}`);
  }
  if (bytes.length === textStart(bytes)) throw usageError(`${escapeText(name)} is empty`);
  if (isUtf8(bytes)) return;
  throw atLine(name, firstLineNotUtf8(bytes), 'not UTF-8', 'save the file as UTF-8');
}

export function tooManyRows(name: string, { maxRows, maxCells }: RowLimits, columns: number): Error {
  const most = Math.min(maxRows, Math.floor(maxCells / Math.max(1, columns)));
  return usageError(`${escapeText(name)} has more than ${formatCount(most)} rows`, 'use a part of it');
}

/** An error of a file of rows, with its line. */
export function atLine(name: string, line: number, message: string, hint?: string): Error {
  return usageError(`${escapeText(name)}:${line}: ${message}`, hint);
}

function firstLineNotUtf8(bytes: Buffer): number {
  let line = 1;
  for (let at = 0; at < bytes.length; line++) {
    const end = bytes.indexOf(LF, at);
    const next = end < 0 ? bytes.length : end + 1;
    // No byte of a longer character is a line feed, so lines can be looked at one by one.
    if (!isUtf8(bytes.subarray(at, next))) return line;
    at = next;
  }
  return line;
}
