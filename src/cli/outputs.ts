import { writeFile } from 'node:fs/promises';
import { type Result, usageError } from '../core/index.js';
import { renderTerminal, reportFormats } from '../report/index.js';
import { terminalOptions } from './console.js';

/** Where a run's reports go: a file for each format asked for, and the terminal unless stdout is taken. */
export interface Outputs {
  /** Path by format's flag; `-` is stdout. */
  readonly files: ReadonlyMap<string, string>;
}

/** @throws ZipfireError `usage` when two formats want stdout */
export function readOutputs(flags: Readonly<Record<string, unknown>>): Outputs {
  const files = new Map<string, string>();
  for (const { flag } of reportFormats) {
    const path = flags[flag];
    if (typeof path === 'string') files.set(flag, path);
  }
  const onStdout = [...files].filter(([, path]) => path === '-').map(([flag]) => `--${flag} -`);
  if (onStdout.length > 1)
    throw usageError(`${onStdout.join(' and ')} both want stdout`, 'give one of them a file');
  return { files };
}

/** Writes every report. A file that cannot be written does not keep the others from being written. */
export async function writeOutputs(result: Result, outputs: Outputs): Promise<void> {
  const problems: string[] = [];
  for (const format of reportFormats) {
    const path = outputs.files.get(format.flag);
    if (path === undefined) continue;
    const text = await format.render(result);
    if (path === '-') process.stdout.write(text);
    else
      await writeFile(path, text).catch((error: Error) =>
        problems.push(`--${format.flag}: ${error.message}`),
      );
  }
  const stdoutTaken = [...outputs.files.values()].includes('-');
  if (!stdoutTaken) process.stdout.write(renderTerminal(result, terminalOptions(process.stdout)));
  if (problems.length > 0) throw usageError(problems.join('\n'), 'choose a path that can be written');
}
