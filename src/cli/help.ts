import type { Argv } from 'yargs';

/** How much is shown: what is used most, or every flag. */
export type HelpExtent = 'usual' | 'all';

/** Which help is asked for anywhere before a `--`: `--help`, or `--help all`; null: none. */
export function helpAsked(args: readonly string[]): HelpExtent | null {
  const end = args.indexOf('--');
  const words = end < 0 ? args : args.slice(0, end);
  const at = words.findIndex((word) => /^(--help(=.*)?|-h)$/.test(word));
  if (at < 0) return null;
  return words[at] === '--help=all' || words[at + 1] === 'all' ? 'all' : 'usual';
}

/**
 * Leaves out of the help what is rarely used, and says how to see it.
 * @param flagNames all flags of the command
 */
export function showUsual(parser: Argv, flagNames: readonly string[], usual: readonly string[]): Argv {
  for (const name of flagNames) if (!usual.includes(name)) parser.hide(name);
  return parser.epilogue('\nThese are the flags used most. All of them: --help all');
}

/** Types of values: every description says what its flag takes, so they would only fill the screen. */
const TYPE_TAGS = / *\[(?:string|boolean|array|required|number)\]/g;

/** The help of a parser as lines that fit the terminal. */
export async function helpText(parser: Argv): Promise<string> {
  const help = await parser.wrap(null).getHelp();
  const width = Math.min(120, process.stdout.columns || 100);
  const lines = help.replace(TYPE_TAGS, '').split('\n');
  return `${lines.flatMap((line) => fold(line, width)).join('\n')}\n`;
}

/** Folds a line at spaces; all that is left is indented to where the description began. */
function fold(line: string, width: number, from?: number): string[] {
  if (line.length <= width) return [line.trimEnd()];
  const column = from ?? /^ +\S.*? {2,}(?=\S)/.exec(line)?.[0].length ?? 4;
  const at = line.lastIndexOf(' ', width);
  if (at <= column) return [line];
  return [line.slice(0, at), ...fold(' '.repeat(column) + line.slice(at + 1), width, column)];
}
