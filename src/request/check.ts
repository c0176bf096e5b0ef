import { usageError } from '../core/index.js';
import { parseTemplate } from './template.js';
import { createVariable, variableNames } from './variables.js';

/**
 * Checks a template before a run: syntax, names, arguments.
 *
 * @param keys names of the key generators that it may use
 * @throws ZipfireError `usage` that names the hole and what is known
 */
export function checkTemplate(text: string, keys: readonly string[]): void {
  for (const part of parseTemplate(text)) {
    if (typeof part === 'string' || keys.includes(part.name)) continue;
    if (createVariable(part, { seed: 0, worker: 0 }) !== null) continue;
    const hint = `known here: ${[...keys, ...variableNames].join(', ')}`;
    throw usageError(`${part.source} names neither a key nor a variable`, hint);
  }
}

/** The names in a template's holes. */
export function templateNames(text: string): string[] {
  return parseTemplate(text).flatMap((part) => (typeof part === 'string' ? [] : [part.name]));
}
