import { appendFile, writeFile } from 'node:fs/promises';
import { type Result, usageError } from '../core/index.js';
import { renderAnnotations, renderMarkdown, renderTerminal, reportFormats } from '../report/index.js';
import type { ReportContext } from '../report/report-format.js';
import { terminalOptions } from './console.js';
import { readPageAssets } from './page-assets.js';
import { type Outputs, stdoutTaken } from './read-outputs.js';

/**
 * Writes every report. A file that cannot be written does not keep the others from being written.
 * @param baseline what the run was compared with; null: nothing
 */
export async function writeOutputs(
  result: Result,
  outputs: Outputs,
  baseline: ReportContext['baseline'] = null,
): Promise<void> {
  const problems: string[] = [];
  const context = { page: () => readPageAssets(), baseline };
  for (const format of reportFormats) {
    const path = outputs.files.get(format.flag);
    if (path === undefined) continue;
    const text = await format.render(result, context);
    if (path === '-') process.stdout.write(text);
    else
      await writeFile(path, text).catch((error: Error) =>
        problems.push(`--${format.flag}: ${error.message}`),
      );
  }
  if (!stdoutTaken(outputs)) process.stdout.write(renderTerminal(result, terminalOptions(process.stdout)));
  if (outputs.github) await tellGithub(result, outputs).catch((error: Error) => problems.push(error.message));
  if (problems.length > 0) throw usageError(problems.join('\n'), 'choose a path that can be written');
}

/** GitHub reads annotations from both streams of a step, and its summary from a file that the step may add to. */
async function tellGithub(result: Result, outputs: Outputs): Promise<void> {
  const stream = stdoutTaken(outputs) ? process.stderr : process.stdout;
  stream.write(renderAnnotations(result));
  const path = process.env['GITHUB_STEP_SUMMARY'];
  if (path) await appendFile(path, `${renderMarkdown(result)}\n`);
}
