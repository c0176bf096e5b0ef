import { closeSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';

/** The files of /proc and /sys; a test has a table in its place. */
export interface SystemFiles {
  /** Null: not there, or not ours to read. */
  readonly read: (path: string) => string | null;
  readonly list: (path: string) => readonly string[] | null;
  readonly link: (path: string) => string | null;
}

/** Tables of sockets can be long; the rest is small. */
const MOST_BYTES = 16 * 2 ** 20;
const CHUNK = 65_536;

export const systemFiles: SystemFiles = {
  read: (path) => attempt(() => readBounded(path)),
  list: (path) => attempt(() => readdirSync(path)),
  link: (path) => attempt(() => readlinkSync(path)),
};

/** Reads are synchronous, so they can share it. */
const chunk = Buffer.allocUnsafeSlow(CHUNK);

/** Files of procfs have no size, so they are read until they end. */
function readBounded(path: string): string {
  const file = openSync(path, 'r');
  try {
    let text = '';
    while (text.length < MOST_BYTES) {
      const count = readSync(file, chunk, 0, CHUNK, null);
      if (count === 0) break;
      text += chunk.toString('latin1', 0, count);
    }
    return text;
  } finally {
    closeSync(file);
  }
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/** `key value` lines, as in cpu.stat and memory.events. */
export function readKeyValues(text: string | null): Readonly<Record<string, number>> {
  const values: Record<string, number> = {};
  for (const line of (text ?? '').split('\n')) {
    const [key = '', value = ''] = line.trim().split(/[\s:]+/, 2);
    if (key !== '' && /^-?\d+$/.test(value)) values[key] = Number(value);
  }
  return values;
}

/** A file that holds one number; null for `max` and everything else. */
export function readInteger(text: string | null): number | null {
  const trimmed = text?.trim() ?? '';
  return /^-?\d+$/.test(trimmed) ? Number(trimmed) : null;
}
