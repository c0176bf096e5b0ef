import { appendFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { escapeText, type Result, usageError, ZipfireError } from '../../core/index.js';
import { renderAnnotations, renderMarkdown, renderTerminal, reportFormats } from '../../report/index.js';
import type { ReportContext, ReportFormat } from '../../report/report-format.js';
import { terminalOptions } from '../console.js';
import { readPageAssets } from '../page-assets.js';
import { type Outputs, stdoutTaken } from './read-outputs.js';

/**
 * Writes every report. One that cannot be made or written does not keep the others from being, and a result that has
 * no place goes to another: it took a run.
 * @param baseline what the run was compared with; null: nothing
 */
export async function writeOutputs(
  result: Result,
  outputs: Outputs,
  baseline: ReportContext['baseline'] = null,
): Promise<void> {
  const problems: string[] = [];
  const defects: unknown[] = [];
  const context = { page: () => readPageAssets(), baseline };
  const attempt = async (flag: string, action: () => Promise<void>, rescue = async () => '') => {
    try {
      await action();
    } catch (error) {
      if (!isOrdinary(error)) defects.push(error);
      problems.push(`--${flag}: ${messageOf(error)}${await rescue()}`);
    }
  };
  for (const format of reportFormats) {
    const path = outputs.files.get(format.flag);
    if (path === undefined) continue;
    const rescue = format.flag === 'out' ? () => keepElsewhere(format, result, context) : undefined;
    await attempt(format.flag, async () => write(path, await format.render(result, context)), rescue);
  }
  if (!stdoutTaken(outputs)) process.stdout.write(renderTerminal(result, terminalOptions(process.stdout)));
  if (outputs.github) await attempt('github', () => tellGithub(result, outputs));
  // A defect of ours is told with its trace, but only once everything else is written.
  if (defects.length > 0) throw defects[0];
  if (problems.length > 0) throw usageError(problems.join('\n'), 'choose a path that can be written');
}

async function write(path: string, text: string): Promise<void> {
  if (path !== '-') return writeFile(path, text);
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(text, (error) => {
      // A reader that went away has what it wanted.
      if (!error || (error as NodeJS.ErrnoException).code === 'EPIPE') resolve();
      else reject(error);
    });
  });
}

/** Into a folder that most machines have room in, for its owner alone. @returns where it is, in words */
async function keepElsewhere(format: ReportFormat, result: Result, context: ReportContext): Promise<string> {
  const path = join(tmpdir(), `zipfire-${Date.now()}-${process.pid}.json`);
  try {
    await writeFile(path, await format.render(result, context), { flag: 'wx', mode: 0o600 });
    return `; the result is in ${path}`;
  } catch (error) {
    return `; nor could it be kept in ${path}: ${messageOf(error)}`;
  }
}

/** Of a file, or of a result that a format cannot show. */
function isOrdinary(error: unknown): boolean {
  return error instanceof ZipfireError || (error instanceof Error && 'syscall' in error);
}

function messageOf(error: unknown): string {
  return escapeText(error instanceof Error ? error.message : String(error), { maxLength: 500 });
}

/** GitHub reads annotations from both streams of a step, and its summary from a file that the step may add to. */
async function tellGithub(result: Result, outputs: Outputs): Promise<void> {
  const stream = stdoutTaken(outputs) ? process.stderr : process.stdout;
  stream.write(renderAnnotations(result));
  const path = process.env['GITHUB_STEP_SUMMARY'];
  if (path) await appendFile(path, `${renderMarkdown(result)}\n`);
}
