import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Argv } from 'yargs';
import { ExitCode, escapeText, usageError } from '../core/index.js';
import { initProfile, schemaUrl } from '../profile/index.js';
import type { Command } from './command.js';

/** `zipfire init`: a commented profile to start from. */
export const init: Command = {
  usage: 'init [file]',
  builder: (yargs: Argv) =>
    yargs
      .positional('file', { type: 'string', describe: 'where to; - is stdout [zipfire.yaml]' })
      .option('force', { type: 'boolean', describe: 'replace a file that is there' }),
  run: async (argv: Readonly<Record<string, unknown>>): Promise<ExitCode> => {
    const profile = initProfile({ schema: fileURLToPath(schemaUrl) });
    // The parser reads a lone dash as an empty text.
    const file = argv['file'] === '' ? '-' : String(argv['file'] ?? 'zipfire.yaml');
    if (file === '-') {
      process.stdout.write(profile);
      return ExitCode.pass;
    }
    await writeFile(file, profile, { flag: argv['force'] === true ? 'w' : 'wx' }).catch(
      (error: NodeJS.ErrnoException) => {
        const hint = error.code === 'EEXIST' ? 'give --force to replace it, or another name' : undefined;
        throw usageError(`cannot write ${escapeText(file)}: ${escapeText(error.message)}`, hint);
      },
    );
    process.stdout.write(`wrote ${escapeText(file)}; run it: zipfire run ${escapeText(file)}\n`);
    return ExitCode.pass;
  },
};
