import { accessSync, constants, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { escapeText, usageError } from '../core/index.js';

/**
 * Refuses files that could not be written, or would overwrite one another, before anything is sent: a wrong path must
 * not cost a run.
 * @param files paths by flag; `-` is stdout @throws ZipfireError `usage`
 */
export function checkOutputFiles(files: ReadonlyMap<string, string>): void {
  const byPath = new Map<string, string>();
  for (const [flag, path] of files) {
    const isStdout = path === '-';
    if (!isStdout) checkFile(flag, path);
    const place = isStdout ? '-' : placeOf(path);
    const other = byPath.get(place);
    byPath.set(place, flag);
    if (other === undefined || isDevice(place)) continue;
    throw isStdout
      ? usageError(`--${other} - and --${flag} - both want stdout`, 'give one of them a file')
      : usageError(`--${other} and --${flag} both write ${shown(path)}`, 'give each a file of its own');
  }
}

function checkFile(flag: string, path: string): void {
  if (path === '') throw usageError(`--${flag}: expected a file`, '- is stdout');
  const there = statOf(path);
  if (there?.isDirectory() === true)
    throw usageError(`--${flag}: ${shown(path)} is a folder`, 'name a file in it');
  const folder = dirname(path);
  if (there === null && statOf(folder)?.isDirectory() !== true)
    throw usageError(`--${flag}: there is no folder ${shown(folder)}`, 'make it, or name another');
  const problem = unwritable(there === null ? folder : path);
  if (problem !== null)
    throw usageError(`--${flag}: ${shown(path)} cannot be written: ${problem}`, 'choose a path that can be');
}

/** One name for a file, whichever links lead to it. */
function placeOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // There is none yet, but a folder for it.
    return join(realpathSync(dirname(path)), basename(path));
  }
}

/** Null: there is none, or none that can be looked at. */
function statOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

function unwritable(path: string): string | null {
  try {
    accessSync(path, constants.W_OK);
    return null;
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code); // `accessSync` throws errors of the system
  }
}

/** `/dev/null` takes any number of reports. */
function isDevice(place: string): boolean {
  const there = place === '-' ? null : statOf(place);
  return there !== null && !there.isFile();
}

function shown(path: string): string {
  return escapeText(path, { maxLength: 200 });
}
