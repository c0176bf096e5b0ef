import { ExitCode, escapeText, usageError } from '../../core/index.js';
import { fitKeys } from '../../keys/fit/index.js';
import { terminalOptions } from '../console.js';
import { fitDocument } from './fit-document.js';
import { fittedProfile } from './fit-profile.js';
import { renderFit } from './fit-view.js';
import { seedOf, textOf, writeText } from './flags.js';
import { readLog } from './read-log.js';

/** `zipfire keys fit`: which distribution the keys of a log follow, and a profile that draws such keys. */
export async function fit(flags: Readonly<Record<string, unknown>>): Promise<ExitCode> {
  const input = String(flags['input']);
  const seed = seedOf(flags);
  const out = textOf(flags, 'out');
  const write = textOf(flags, 'write');
  if (out === '-' && write === '-')
    throw usageError('--out - and --write - both want stdout', 'give one of them a file');
  const log = await readLog(input, {
    seed,
    key: textOf(flags, 'key'),
    field: textOf(flags, 'field'),
    column: textOf(flags, 'column'),
    regex: textOf(flags, 'regex'),
    showProgress: process.stderr.isTTY && flags['quiet'] !== true,
  });
  const found = fitKeys(log.counter, seed);
  const source = {
    name: input === '-' ? 'stdin' : input,
    about: log.about,
    bytes: log.bytes,
    lines: log.lines,
    linesTooLong: log.linesTooLong,
    linesWithoutKey: log.linesWithoutKey,
  };
  if (out !== '-' && write !== '-')
    process.stdout.write(renderFit(found, source, terminalOptions(process.stdout)));
  if (out !== undefined) await writeText('out', out, fitDocument(found, source));
  if (write !== undefined) {
    await writeText('write', write, fittedProfile(found, source));
    if (write !== '-' && out !== '-') {
      process.stdout.write(
        `\nwrote ${escapeText(write)}; look at it: zipfire keys preview ${escapeText(write)}\n`,
      );
    }
  }
  return ExitCode.pass;
}
