import { escapeText, usageError, type ZipfireError } from '../../core/index.js';

/**
 * Why a value does not fit: `user.age: expected int32, got "x"`.
 * @param path where, from the message down; empty for the message itself
 * @param got as it is written in JSON
 */
export function refusal(path: string, expected: string, got: string, hint?: string): ZipfireError {
  return problem(path, `expected ${expected}, got ${escapeText(got, { maxLength: 60 })}`, hint);
}

/** What is wrong with a part of a message. */
export function problem(path: string, what: string, hint?: string): ZipfireError {
  const where = path === '' ? 'message' : escapeText(path);
  return usageError(`${where}: ${what}`, hint === undefined ? undefined : escapeText(hint));
}
