import { escapeText, usageError, type ZipfireError } from '../../core/index.js';

/** Where something stands in a source; line and column from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Why a `.proto` file does not compile: `kv.proto:12:3: expected ";", read "}"`. */
export function protoError({ file, line, column }: Place, what: string, hint?: string): ZipfireError {
  const place = `${escapeText(file)}:${line}:${column}`;
  return usageError(`${place}: ${escapeText(what)}`, hint === undefined ? undefined : escapeText(hint));
}
