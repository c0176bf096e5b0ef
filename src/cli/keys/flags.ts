import { writeFile } from 'node:fs/promises';
import { escapeText, parseCount, usageError, ZipfireError } from '../../core/index.js';

const MAX_SEED = 2 ** 32 - 1;

/** A flag's text; undefined where it is not given. */
export function textOf(flags: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = flags[name];
  return typeof value === 'string' ? value : undefined;
}

/** @throws ZipfireError `usage` with the valid range */
export function seedOf(flags: Readonly<Record<string, unknown>>): number {
  return countOf(flags, 'seed', 0, MAX_SEED) ?? 1;
}

/** @throws ZipfireError `usage` with the valid range */
export function countOf(
  flags: Readonly<Record<string, unknown>>,
  name: string,
  low: number,
  high: number,
): number | undefined {
  const text = textOf(flags, name);
  if (text === undefined) return undefined;
  const value = readCount(text);
  if (value !== null && value >= low && value <= high) return value;
  throw usageError(
    `--${name} must be a whole number in [${low}, ${high}]; read "${escapeText(text, { maxLength: 60 })}"`,
  );
}

function readCount(text: string): number | null {
  try {
    return parseCount(text);
  } catch (error) {
    if (error instanceof ZipfireError) return null;
    throw error;
  }
}

/** Writes a file, or stdout for `-`. */
export async function writeText(flag: string, path: string, text: string): Promise<void> {
  if (path === '-') {
    process.stdout.write(text);
    return;
  }
  await writeFile(path, text).catch((error: Error) => {
    throw usageError(`--${flag}: ${escapeText(error.message)}`, 'choose a path that can be written');
  });
}
