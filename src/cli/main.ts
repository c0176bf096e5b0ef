import yargs, { type Argv } from 'yargs';
import { closest, ExitCode, escapeText, usageError } from '../core/index.js';
import type { Command } from './command.js';
import { reportError, surviveClosedPipes } from './console.js';
import { type HelpExtent, helpAsked, helpText, showUsual } from './help.js';
import { runExamples, runFlagNames } from './run-flags.js';
import { toolVersion } from './tool.js';
import { closeBareDashboard } from './watch/flags.js';

/**
 * All commands; a new one is a file and a line here. Each is loaded when it is called for: a run must not wait
 * for the modules of a server.
 */
const commands: Readonly<
  Record<string, { readonly describe: string; readonly load: () => Promise<Command> }>
> = {
  run: { describe: 'Load a URL, or run a profile file', load: async () => (await import('./run.js')).run },
  grpc: {
    describe: 'Load a method of a gRPC service',
    load: async () => (await import('./grpc.js')).grpc,
  },
  demo: {
    describe: 'Serve the embedded target and run against it, in one command',
    load: async () => (await import('./demo.js')).demo,
  },
  serve: {
    describe: 'Serve the embedded key-value target',
    load: async () => (await import('./serve.js')).serve,
  },
  keys: {
    describe: 'Preview a key distribution, or fit one to a log',
    load: async () => (await import('./keys.js')).keys,
  },
  compare: {
    describe: 'Tell what is proven to differ between results',
    load: async () => (await import('./compare.js')).compare,
  },
  capacity: {
    describe: 'Find the highest rate that meets the gates',
    load: async () => (await import('./capacity.js')).capacity,
  },
  advise: {
    describe: 'Find what is wrong with a service, and what to paste',
    load: async () => (await import('./advise.js')).advise,
  },
  init: {
    describe: 'Write a commented profile to start from',
    load: async () => (await import('./init.js')).init,
  },
};

const USAGE = `Load a service with realistic keys; get latency that holds, and a verdict.

  zipfire <url> [flags]    the flags of a run: zipfire run --help
  zipfire <command>`;

const GRPC_HINT = 'gRPC calls: zipfire grpc <host:port> --call package.Service/Method';
const HOST_AND_PORT = /^[\w.-]+:\d+(\/|$)/;
const SEE_HELP = 'zipfire --help, or zipfire <command> --help, lists what there is';

/**
 * The command line.
 * @param args without node and script
 * @returns the exit code; nothing is left running
 */
export async function main(args: readonly string[]): Promise<ExitCode> {
  surviveClosedPipes();
  try {
    const words = normalize(args);
    const extent = helpAsked(words);
    return extent === null ? await runCommand(words) : await showHelp(words, extent);
  } catch (error) {
    return reportError(error);
  }
}

async function runCommand(words: readonly string[]): Promise<ExitCode> {
  const called = await calledCommand(words);
  if (called === undefined) return withoutCommand(words);
  let exitCode: ExitCode = ExitCode.pass;
  // As the parser's default command, its own name taken off: for a named one it would put together the whole
  // help text at each start, which takes longer than all else it does.
  const usage = called.usage.replace(/^\S+/, '$0');
  const rest = words.toSpliced(words.indexOf(firstWord(words) ?? ''), 1);
  await createParser(rest, called.flagNames, called.usage)
    .command(usage, false, called.builder, async (argv) => {
      exitCode = await called.run(argv);
    })
    .parseAsync();
  return exitCode;
}

function withoutCommand(words: readonly string[]): ExitCode {
  const [first] = words;
  if (first === undefined) throw usageError('give a URL, a profile, or a command', SEE_HELP);
  if (first !== '--version' && first !== '-v') throw noTarget(first, words);
  process.stdout.write(`${toolVersion()}\n`);
  return ExitCode.pass;
}

/** Flags there may be, but nothing that is a URL: what looks most like one is it. */
function noTarget(first: string, words: readonly string[]): Error {
  const place = words.find((word) => HOST_AND_PORT.test(word));
  if (place !== undefined) return unknownWord(place);
  const flag = /^--?([\w-]+)/.exec(first)?.[1] ?? first;
  const isKnown = first.startsWith('-') && (flag.length === 1 || runFlagNames.includes(flag));
  return isKnown ? usageError('give a URL, a profile, or a command', SEE_HELP) : unknownWord(flag);
}

async function showHelp(words: readonly string[], extent: HelpExtent): Promise<ExitCode> {
  const called = await calledCommand(words);
  const parser =
    called === undefined ? overview() : called.builder(createParser([]).usage(titleOf(called, words)));
  const { usualFlags, flagNames = runFlagNames } = called ?? {};
  if (usualFlags !== undefined && extent === 'usual') showUsual(parser, flagNames, usualFlags);
  process.stdout.write(await helpText(parser));
  return ExitCode.pass;
}

function overview(): Argv {
  const parser = createParser([]).usage(USAGE).epilogue(runExamples);
  for (const [name, { describe }] of Object.entries(commands)) parser.command(name, describe);
  return parser;
}

function titleOf(command: Command, words: readonly string[]): string {
  return `zipfire ${command.usage}\n\n${commands[firstWord(words) ?? '']?.describe ?? ''}`;
}

function firstWord(words: readonly string[]): string | undefined {
  return words.find((word) => !word.startsWith('-'));
}

async function calledCommand(words: readonly string[]): Promise<Command | undefined> {
  const name = firstWord(words) ?? '';
  return Object.hasOwn(commands, name) ? commands[name]?.load() : undefined;
}

function createParser(
  words: readonly string[],
  flagNames: readonly string[] = runFlagNames,
  usage = '<command>',
): Argv {
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
      throw error ?? refuse(message, flagNames, usage);
    });
}

/**
 * `zipfire <url> …` is `zipfire run <url> …`, wherever the flags stand, and `zipfire grpc` for grpc://; and `--out -` is one argument for the
 * parser, to which a lone dash is a positional, and so is `--vary-flag --workers=1,2`.
 */
function normalize(given: readonly string[]): string[] {
  const args = closeBareDashboard(given);
  const words: string[] = [];
  for (const arg of args) {
    const flag = words.at(-1);
    const lone = arg === '-' && flag !== undefined && /^(--[^=]+|-[A-Za-z])$/.test(flag);
    // Its value is a flag of another program.
    if (lone || (flag === '--vary-flag' && arg.startsWith('-'))) words[words.length - 1] = `${flag}=${arg}`;
    else words.push(arg);
  }
  const named = Object.hasOwn(commands, firstWord(words) ?? '');
  const grpc = words.some((word) => /^grpcs?(\+unix)?:\/\//i.test(word));
  if (grpc && firstWord(words) === 'run') throw usageError('run sends HTTP requests', GRPC_HINT);
  const target =
    words.some((word) => /^[a-z][a-z\d+]*:\/\//i.test(word) || /\.ya?ml$/i.test(word)) ||
    /\.(?:[cm]?js|[cm]?ts)$/i.test(words[0] ?? '');
  return !named && target ? [grpc ? 'grpc' : 'run', ...words] : words;
}

/** What the parser refuses, in our words and with the mend, where the mistake is a known one. */
function refuse(message: string, flagNames: readonly string[], usage: string): Error {
  if (message.startsWith('Not enough non-option arguments')) {
    return usageError(`something is missing: zipfire ${usage}`, SEE_HELP);
  }
  const unknown = /^Unknown (?:argument|command)s?: (.*)$/s.exec(message)?.[1]?.split(', ')[0];
  return unknown === undefined ? usageError(escapeText(message), SEE_HELP) : unknownWord(unknown, flagNames);
}

function unknownWord(unknown: string, flagNames: readonly string[] = runFlagNames): Error {
  const shown = escapeText(unknown, { maxLength: 80 });
  if (HOST_AND_PORT.test(unknown)) {
    return usageError(`${shown} is neither a URL nor a command`, `did you mean http://${shown} ?`);
  }
  const commandNames = Object.keys(commands);
  const near = closest(unknown, [...commandNames, ...flagNames]);
  const hint =
    near === undefined ? SEE_HELP : `did you mean ${commandNames.includes(near) ? near : `--${near}`}?`;
  return usageError(`${shown} is neither a URL nor a known command or flag`, hint);
}
