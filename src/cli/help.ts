import type { Argv } from 'yargs';

/** Whether help is asked for anywhere before a `--`. */
export function wantsHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return (end < 0 ? args : args.slice(0, end)).some((arg) => arg === '--help' || arg === '-h');
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

/** Folds a line at a space; what is left is indented to where the description began. */
function fold(line: string, width: number): string[] {
  if (line.length <= width) return [line.trimEnd()];
  const column = /^ +\S.*? {2,}(?=\S)/.exec(line)?.[0].length ?? 4;
  const at = line.lastIndexOf(' ', width);
  if (at <= column) return [line];
  return [line.slice(0, at), ...fold(' '.repeat(column) + line.slice(at + 1), width)];
}
