import type { Argv, Options } from 'yargs';
import { usageError, ZipfireError } from '../core/index.js';

/** A flag as the parser takes it, and help shows it. All values are texts: `profile` reads them. */
export type Flag = Options & { describe: string };
type More = Omit<Options, 'describe'>;

/** Flags by name, under the headings that help has for them. */
export type FlagGroups = Readonly<Record<string, Readonly<Record<string, Flag>>>>;

export const text = (describe: string, more: More = {}): Flag => ({
  type: 'string',
  requiresArg: true,
  describe,
  ...more,
});
export const list = (describe: string, more: More = {}): Flag => text(describe, { array: true, ...more });
export const flag = (describe: string, more: More = {}): Flag => ({ type: 'boolean', describe, ...more });

export function addFlags(yargs: Argv, groups: FlagGroups): Argv {
  for (const [group, flags] of Object.entries(groups)) {
    for (const [name, options] of Object.entries(flags)) yargs.option(name, { ...options, group });
  }
  return yargs;
}

/**
 * The values of flags by name in camel case; absent where a flag is not given.
 * @throws ZipfireError `usage` for a flag that takes one value and was given several
 */
export function readFlagValues(
  argv: Readonly<Record<string, unknown>>,
  flags: Readonly<Record<string, Flag>>,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, { array }] of Object.entries(flags)) {
    const value = argv[name];
    if (value === undefined) continue;
    if (Array.isArray(value) && array !== true) throw givenTwice(name);
    values[camelCase(name)] = value;
  }
  return values;
}

export function givenTwice(name: string): Error {
  return usageError(`--${name} is given more than once`, 'give it once');
}

export function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** @throws ZipfireError what `read` throws, as `usage` and with the flag's name before it */
export function atFlag<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ZipfireError)) throw error;
    throw usageError(`--${name}: ${error.message}`, error.hint);
  }
}
