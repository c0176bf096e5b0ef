import { escapeText, usageError } from '../../../core/index.js';
import { type KeyFormat, MadeKey, shownPattern } from './format.js';

/** Any line; the key is what the group of a regex takes out of it. */
export class PatternLines extends MadeKey implements KeyFormat {
  readonly about: string;
  readonly #pattern: RegExp;

  constructor(pattern: RegExp) {
    super();
    this.about = `lines, key: ${shownPattern(pattern)}`;
    this.#pattern = pattern;
  }

  find(line: Buffer, start: number, end: number): boolean {
    const key = this.#pattern.exec(line.toString('utf8', start, end))?.[1];
    return key !== undefined && this.set(key);
  }
}

/** The whole line is the key. */
export class PlainLines implements KeyFormat {
  readonly about = 'keys, one a line';
  bytes: Buffer = Buffer.alloc(0);
  from = 0;
  to = 0;

  find(line: Buffer, start: number, end: number): boolean {
    this.bytes = line;
    this.from = start;
    this.to = end;
    return end > start;
  }
}

const MAX_SOURCE = 1000;

/**
 * A user's regex. It may take any time on the wrong line: who runs it bounds it.
 *
 * @param flag it came with, for the messages
 * @throws ZipfireError `usage`
 */
export function readPattern(source: string, flag: string): RegExp {
  const shown = `"${escapeText(source, { maxLength: 80 })}"`;
  if (source.length > MAX_SOURCE) throw usageError(`${flag} is longer than ${MAX_SOURCE} characters`);
  const pattern = compile(source);
  if (pattern === null) throw usageError(`${flag}: ${shown} is no regular expression`);
  // Alternatives that match nothing tell how many groups there are.
  const groups = (compile(`${source}|`)?.exec('')?.length ?? 1) - 1;
  if (groups === 1) return pattern;
  throw usageError(
    `${flag}: a regex with one group, which is the key; ${shown} has ${groups}`,
    "for example 'user=(\\d+)'; (?:…) groups without being the key",
  );
}

function compile(source: string): RegExp | null {
  try {
    return new RegExp(source);
  } catch {
    return null;
  }
}
