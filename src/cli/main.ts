import yargs, { type Argv } from 'yargs';
import { closest, ExitCode, escapeText, usageError } from '../core/index.js';
import { leaveQuietlyOnClosedPipe, reportError } from './console.js';
import { demo } from './demo.js';
import { helpText, wantsHelp } from './help.js';
import { init } from './init.js';
import { run, runExamples } from './run.js';
import { runFlagNames } from './run-flags.js';
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
const nameOf = ({ command }: Command) => command.split(' ')[0] ?? '';

const USAGE = `Load a service with realistic keys; get latency that holds, and a verdict.

  zipfire <url> [flags]    the flags of a run: zipfire run --help
  zipfire <command>`;

const SEE_HELP = 'zipfire --help, or zipfire <command> --help, lists what there is';

/**
 * The command line.
 * @param args without node and script
 * @returns the exit code; nothing is left running
 */
export async function main(args: readonly string[]): Promise<ExitCode> {
  leaveQuietlyOnClosedPipe();
  try {
    const words = normalize(args);
    return wantsHelp(words) ? await showHelp(words) : await runCommand(words);
  } catch (error) {
    return reportError(error);
  }
}

async function runCommand(words: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = ExitCode.pass;
  const parser = withCommands(createParser(words), async (command, argv) => {
    exitCode = await command.run(argv);
  });
  await parser.demandCommand(1, 'give a URL, a profile, or a command').parseAsync();
  return exitCode;
}

async function showHelp(words: readonly string[]): Promise<ExitCode> {
  const command = commands.find((one) => words.includes(nameOf(one)));
  const parser =
    command === undefined
      ? withCommands(createParser([]).usage(USAGE).epilogue(runExamples), async () => {})
      : command.builder(createParser([]).usage(`zipfire ${command.command}\n\n${command.describe}`));
  process.stdout.write(await helpText(parser));
  return ExitCode.pass;
}

type Handler = (command: Command, argv: Readonly<Record<string, unknown>>) => Promise<void>;

function withCommands(parser: Argv, handle: Handler): Argv {
  for (const command of commands) {
    parser.command(command.command, command.describe, command.builder, (argv) => handle(command, argv));
  }
  return parser;
}

function createParser(words: readonly string[]): Argv {
  return yargs([...words])
    .scriptName('zipfire')
    .version(toolVersion())
    .alias('v', 'version')
    .help(false)
    .option('help', { alias: 'h', type: 'boolean', describe: 'Show help' })
    .strict()
    .parserConfiguration({
      'greedy-arrays': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'dot-notation': false,
    })
    .exitProcess(false)
    .fail((message: string, error: Error | undefined) => {
      throw error ?? refuse(message);
    });
}

/**
 * `zipfire <url> …` is `zipfire run <url> …`, wherever the flags stand; and `--out -` is one argument for the
 * parser, to which a lone dash is a positional.
 */
function normalize(args: readonly string[]): string[] {
  const words: string[] = [];
  for (const arg of args) {
    const flag = words.at(-1);
    if (arg === '-' && flag?.startsWith('--') && !flag.includes('=')) words[words.length - 1] = `${flag}=-`;
    else words.push(arg);
  }
  const first = words.find((word) => !word.startsWith('-'));
  const named = commands.some((command) => nameOf(command) === first);
  const target = words.some((word) => /^[a-z][a-z\d+]*:\/\//i.test(word) || /\.ya?ml$/i.test(word));
  return !named && target ? ['run', ...words] : words;
}

/** What the parser refuses, in our words and with the mend, where the mistake is a known one. */
function refuse(message: string): Error {
  const unknown = /^Unknown (?:argument|command)s?: (.*)$/s.exec(message)?.[1]?.split(', ')[0];
  if (unknown === undefined) return usageError(escapeText(message), SEE_HELP);
  const shown = escapeText(unknown, { maxLength: 80 });
  if (/^[\w.-]+:\d+(\/|$)/.test(unknown)) {
    return usageError(`${shown} is neither a URL nor a command`, `did you mean http://${shown} ?`);
  }
  const commandNames = commands.map(nameOf);
  const near = closest(unknown, [...commandNames, ...runFlagNames]);
  const hint =
    near === undefined ? SEE_HELP : `did you mean ${commandNames.includes(near) ? near : `--${near}`}?`;
  return usageError(`${shown} is neither a URL nor a known command or flag`, hint);
}
