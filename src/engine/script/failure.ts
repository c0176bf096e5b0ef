import { pathToFileURL } from 'node:url';
import { escapeText, usageError, type ZipfireError } from '../../core/index.js';

/** What a script did wrong, by its own account or by ours: `sign.mjs:12:7: x is not a function`. */
export function scriptFailure(error: unknown, file: string, hook: string): ZipfireError {
  const message = error instanceof Error ? error.message : String(error);
  const place = (error instanceof Error && placeIn(error, file)) || file;
  return usageError(
    `${escapeText(place)}: ${escapeText(message)}`,
    `thrown in ${hook} of the script, which ends the run`,
  );
}

/** The file with line and column where an error passed through it first; null when it never did. */
export function placeIn({ stack = '' }: Error, file: string): string | null {
  const url = pathToFileURL(file).href;
  const at = stack.indexOf(url);
  const line = at < 0 ? null : /^:\d+(?::\d+)?/.exec(stack.slice(at + url.length, at + url.length + 24));
  return line === null ? null : `${file}${line[0]}`;
}
