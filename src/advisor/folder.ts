import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those that it is in, each in its turn: `recursive` of Node never returns where the kernel says that
 * there is no such folder for one in a folder that is there, as under /proc.
 *
 * @throws NodeJS.ErrnoException
 */
export function makeFolder(path: string): void {
  const whole = resolve(path);
  try {
    mkdirSync(whole);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A file in its place is told when something is to be written into it.
    if (code === 'EEXIST') return;
    const parent = dirname(whole);
    if (code !== 'ENOENT' || parent === whole) throw error;
    makeFolder(parent);
    mkdirSync(whole);
  }
}
