import { escapeText, parseNumber, usageError, ZipfireError } from '../core/index.js';

/** A number that a distribution takes, and where it may lie. */
export interface ParameterDefinition {
  readonly name: string;
  /** A few words, without a full stop. */
  readonly about: string;
  readonly integer: boolean;
  readonly low: number;
  /** `low` itself is out of range. */
  readonly lowOpen?: boolean;
  /** A number, infinity (which is never in range), or `n`: below the number of keys. */
  readonly high: number | 'n';
  readonly highOpen?: boolean;
  readonly required: boolean;
  /** What it is when it is not given; stands exactly where `required` is false. */
  readonly default?: number;
}

/**
 * The value of a parameter, from a number or from text such as `1e6`, `1_000_000`, `10k`.
 *
 * @param n the number of keys; NaN while it is not known, for a parameter that does not depend on it
 * @throws ZipfireError `usage` that names the parameter, what was read and what is valid
 */
export function readParameter(definition: ParameterDefinition, raw: unknown, n: number): number {
  const value = toNumber(raw);
  if (value !== null && isInRange(definition, value, n)) return value;
  const dependsOnN = definition.high === 'n' ? `, and n is ${n}` : '';
  throw usageError(`${definition.name} must be ${rangeOf(definition)}${dependsOnN}; read ${shown(raw)}`);
}

/** What is valid, in words: `an integer in [1, n)`, `a finite number ≥ 0`. */
export function rangeOf(definition: ParameterDefinition): string {
  const { low, high, lowOpen = false, highOpen = false } = definition;
  const kind = definition.integer ? 'an integer' : 'a finite number';
  if (high === Number.POSITIVE_INFINITY) return `${kind} ${lowOpen ? '>' : '≥'} ${low}`;
  const upper = high === Number.MAX_SAFE_INTEGER ? '2^53 − 1' : `${high}`;
  const noun = definition.integer ? kind : 'a number';
  return `${noun} in ${lowOpen ? '(' : '['}${low}, ${upper}${highOpen ? ')' : ']'}`;
}

function isInRange(definition: ParameterDefinition, value: number, n: number): boolean {
  const { low, lowOpen = false, highOpen = false } = definition;
  const high = definition.high === 'n' ? n : definition.high;
  if (!Number.isFinite(value) || (definition.integer && !Number.isInteger(value))) return false;
  return (lowOpen ? value > low : value >= low) && (highOpen ? value < high : value <= high);
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

function shown(raw: unknown): string {
  if (typeof raw === 'number') return String(raw);
  if (typeof raw === 'string') return `"${escapeText(raw, { maxLength: 60 })}"`;
  return raw === null || raw === undefined ? 'nothing' : `a ${Array.isArray(raw) ? 'list' : typeof raw}`;
}
