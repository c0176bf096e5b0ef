import { escapeText, usageError } from '../../core/index.js';

const MOST_LENGTH = 32_768;

/**
 * The words of a command line: what stands between spaces, `'…'` as it is, `"…"` with `\"` and `\\`, and `\` before
 * any character outside of quotes. Nothing else means anything, as there is no shell.
 *
 * @throws ZipfireError `usage` for an open quote, no word, and what only a shell would understand
 */
export function parseCommandLine(text: string): string[] {
  if (text.length > MOST_LENGTH) throw usageError(`--exec: more than ${MOST_LENGTH} characters`);
  const words: string[] = [];
  let word: string | null = null;
  const token = /\s+|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|([^\s'"\\]+)|([\s\S])/g;
  for (const [match, single, double, escaped, bare, open] of text.matchAll(token)) {
    if (open !== undefined)
      throw usageError(`--exec: ${open} is not closed: ${escapeText(text, { maxLength: 200 })}`);
    if (bare !== undefined && /^(?:\||\|\||&&?|;|[0-9]?>>?|<)$/.test(bare))
      throw usageError(`--exec: ${bare} is for a shell, and there is none`, 'add --shell, or quote it');
    const part: string | undefined = single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? bare;
    if (part !== undefined) word = (word ?? '') + part;
    else if (word !== null && /^\s/.test(match)) {
      words.push(word);
      word = null;
    }
  }
  if (word !== null) words.push(word);
  const [program] = words;
  if (program === undefined || program === '')
    throw usageError('--exec: no program', "--exec './server --port 8080'");
  if (/^[A-Za-z_]\w*=/.test(program))
    throw usageError(
      `--exec: ${escapeText(program.replace(/=.*/s, '='))}… is no program, and there is no shell`,
      "--exec 'env NAME=value ./server', or --shell",
    );
  return words;
}

/** For a shell: the text as it is, and the words behind it quoted. */
export function shellLine(text: string, args: readonly string[]): string[] {
  const quoted = args.map((arg) => `'${arg.replaceAll("'", "'\\''")}'`);
  return ['/bin/sh', '-c', [text, ...quoted].join(' ')];
}
