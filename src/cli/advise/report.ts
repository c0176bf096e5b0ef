import type { Severity } from '../../core/index.js';
import { type Advice, ExitCode } from '../../core/index.js';
import { renderAdvice } from '../../report/advice.js';
import { renderAdviceJunit } from '../../report/advice-junit.js';
import { renderSarif } from '../../report/advice-sarif.js';
import { renderAdvicePage } from '../../report/html/advice-page.js';
import { terminalOptions } from '../console.js';
import { writeText } from '../keys/flags.js';
import { checkOutputFiles } from '../output-files.js';
import { readPageAssets } from '../page-assets.js';
import { toolVersion } from '../tool.js';

const formats: Readonly<Record<string, (advice: Advice) => string | Promise<string>>> = {
  out: (advice) => `${JSON.stringify(advice, null, 2)}\n`,
  sarif: (advice) => renderSarif(advice, toolVersion()),
  junit: renderAdviceJunit,
  html: async (advice) => renderAdvicePage(advice, await readPageAssets(), toolVersion()),
};

/** Paths by format's flag. @throws ZipfireError `usage` when two want one place, or one cannot be written */
export function readAdviceOutputs(values: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const name of Object.keys(formats)) {
    const path = values[name];
    if (typeof path === 'string') paths.set(name, path);
  }
  checkOutputFiles(paths);
  return paths;
}

/** Writes the advice wherever it is wanted. @param quiet stdout is taken by something else */
export async function writeAdvice(
  advice: Advice,
  outputs: ReadonlyMap<string, string>,
  quiet: boolean,
): Promise<void> {
  for (const [name, path] of outputs) await writeText(name, path, (await formats[name]?.(advice)) ?? '');
  const taken = quiet || [...outputs.values()].includes('-');
  if (!taken) process.stdout.write(renderAdvice(advice, terminalOptions(process.stdout)));
}

/** A self-check that failed never passes a gate on the service. */
export function exitCodeOfAdvice(advice: Advice, failing: ReadonlySet<Severity>): ExitCode {
  if (failing.size === 0) return ExitCode.pass;
  const fails = advice.findings.some(
    ({ status, suppressed, severity }) =>
      status === 'fail' && suppressed === undefined && failing.has(severity),
  );
  if (fails) return ExitCode.gateFailed;
  const capped = advice.findings.some(({ cappedBy }) => cappedBy !== undefined);
  return capped ? ExitCode.invalid : ExitCode.pass;
}
