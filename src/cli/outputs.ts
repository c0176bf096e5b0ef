import { writeFile } from 'node:fs/promises';
import { type Result, usageError } from '../core/index.js';
import { renderTerminal, reportFormats } from '../report/index.js';
import { terminalOptions } from './console.js';
import { type Outputs, stdoutTaken } from './read-outputs.js';

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
  if (!stdoutTaken(outputs)) process.stdout.write(renderTerminal(result, terminalOptions(process.stdout)));
  if (problems.length > 0) throw usageError(problems.join('\n'), 'choose a path that can be written');
}
