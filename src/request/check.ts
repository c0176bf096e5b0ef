import { usageError } from '../core/index.js';
import { isMethodName, methodNames } from './method-names.js';
import { type Hole, parseTemplate } from './template.js';
import { createVariable, variableNames } from './variables.js';

/** What a template may name besides the variables. */
export interface KnownNames {
  /** The key generators. */
  readonly keys: readonly string[];
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
  if (known.keys.includes(hole.name) || (known.inCall && isMethodName(hole.name))) return;
  if (createVariable(hole, { seed: 0, worker: 0 }) === null) throw unknownName(hole, known);
}

/** What is said of a hole that names nothing known. @param where goes before it */
export function unknownName(hole: Hole, { keys, inCall }: KnownNames, where = ''): Error {
  const known = [...keys, ...variableNames, ...(inCall ? methodNames : [])];
  return usageError(
    `${where}${hole.source} names neither a key nor a variable`,
    `known here: ${known.join(', ')}`,
  );
}

/** The names in a template's holes. */
export function templateNames(text: string): string[] {
  return parseTemplate(text).flatMap((part) => (typeof part === 'string' ? [] : [part.name]));
}

/** A text as a template that renders to it: its braces open no hole. */
export function escapeTemplate(text: string): string {
  return text.replaceAll('{{', '\\{{');
}
