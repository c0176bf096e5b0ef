import yargs, { type Argv } from 'yargs';
import { ExitCode, usageError } from '../core/index.js';
import { leaveQuietlyOnClosedPipe, reportError } from './console.js';
import { demo } from './demo.js';
import { init } from './init.js';
import { run } from './run.js';
import { serve } from './serve.js';
import { toolVersion } from './tool.js';

/** A subcommand; `run` gives the exit code. */
interface Command {
  readonly command: string;
  readonly describe: string;
  readonly builder: (yargs: Argv) => Argv;
  readonly run: (argv: Readonly<Record<string, unknown>>) => Promise<ExitCode>;
}

/** All of them; a new one is a file and a line here. */
const commands: readonly Command[] = [run, demo, serve, init];
const commandNames = new Set(commands.map(({ command }) => command.split(' ')[0] ?? ''));

/**
 * The command line.
 * @param args without node and script
 * @returns the exit code; nothing is left running
 */
export async function main(args: readonly string[]): Promise<ExitCode> {
  leaveQuietlyOnClosedPipe();
  let exitCode: ExitCode = ExitCode.pass;
  try {
    const parser = yargs(normalize(args))
      .scriptName('zipfire')
      .usage('$0 <url> [flags]   or   $0 <command>')
      .version(toolVersion())
      .alias('h', 'help')
      .alias('v', 'version')
      .strict()
      .demandCommand(1, 'give a URL, a profile, or a command')
      .recommendCommands()
      .wrap(Math.min(110, process.stdout.columns || 80))
      .parserConfiguration({
        'greedy-arrays': false,
        'parse-numbers': false,
        'parse-positional-numbers': false,
        'dot-notation': false,
      })
      .exitProcess(false)
      .fail((message: string, error: Error | undefined) => {
        throw (
          error ?? usageError(message, 'zipfire --help, or zipfire <command> --help, lists what there is')
        );
      });
    for (const { command, describe, builder, run: runCommand } of commands) {
      parser.command(command, describe, builder, async (argv) => {
        exitCode = await runCommand(argv);
      });
    }
    await parser.parseAsync();
    return exitCode;
  } catch (error) {
    return reportError(error);
  }
}

/**
 * `zipfire <url> …` is `zipfire run <url> …`, wherever the flags stand; and `--out -` is one argument for the
 * parser, to which a lone dash is a positional.
 */
function normalize(args: readonly string[]): string[] {
  const joined = args.flatMap((arg, i) => {
    if (arg === '-' && args[i - 1]?.startsWith('--') && !args[i - 1]?.includes('=')) return [];
    return args[i + 1] === '-' && arg.startsWith('--') && !arg.includes('=') ? [`${arg}=-`] : [arg];
  });
  const first = joined.find((arg) => !arg.startsWith('-'));
  const named = first !== undefined && commandNames.has(first);
  const target = joined.some((arg) => /^[a-z][a-z\d+]*:\/\//i.test(arg) || /\.ya?ml$/i.test(arg));
  return !named && target ? ['run', ...joined] : joined;
}
