import { escapeText, parseNumber, usageError, ZipfireError } from '../core/index.js';
import { isInRange, type ListDefinition, type NumberDefinition, rangeOf } from './parameter.js';

/** Values as users write them: numbers, or text such as `1e6`, `1_000_000`, `10k`. */

/**
 * @param n what `n` stands for in the range
 * @throws ZipfireError `usage` that names the parameter, what was read and what is valid
 */
export function readNumber(definition: NumberDefinition, raw: unknown, n: number): number {
  const value = toNumber(raw);
  if (value !== null && isInRange(definition, value, n)) return value;
  const dependsOnN = definition.high === 'n' ? `, and n is ${n}` : '';
  throw usageError(`${definition.name} must be ${rangeOf(definition)}${dependsOnN}; read ${shown(raw)}`);
}

/**
 * A list, or text with `/` between the numbers, which is how a flag holds one.
 *
 * @throws ZipfireError `usage`
 */
export function readList(definition: ListDefinition, raw: unknown): number[] {
  const { name, maxLength } = definition;
  const list: unknown[] | null = Array.isArray(raw) ? raw : typeof raw === 'string' ? raw.split('/') : null;
  if (list === null) throw usageError(`${name} must be a list of numbers; read ${shown(raw)}`);
  if (list.length === 0 || list.length > maxLength) {
    throw usageError(`${name} must have 1 to ${maxLength} numbers; it has ${list.length}`);
  }
  return list.map((item, i) => {
    const value = toNumber(item);
    if (value !== null && Number.isFinite(value) && value >= 0) return value;
    throw usageError(`${name} must be finite numbers ≥ 0; number ${i + 1} is ${shown(item)}`);
  });
}

/** A value in a message: safe to show, and short. */
export function shown(raw: unknown): string {
  if (typeof raw === 'number') return String(raw);
  if (typeof raw === 'string') return `"${escapeText(raw, { maxLength: 60 })}"`;
  if (raw === null || raw === undefined) return 'nothing';
  return Array.isArray(raw) ? 'a list' : typeof raw === 'object' ? 'names and values' : `a ${typeof raw}`;
}

function toNumber(raw: unknown): number | null {
  if (typeof raw === 'number') return raw;
  if (typeof raw !== 'string') return null;
  try {
    return parseNumber(raw);
  } catch (error) {
    if (error instanceof ZipfireError) return null;
    throw error;
  }
}
