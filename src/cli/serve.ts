import { readFile } from 'node:fs/promises';
import type { Argv } from 'yargs';
import { ExitCode, escapeText, formatBytes, usageError } from '../core/index.js';
import {
  defaultTargetOptions,
  parseTargetFlag,
  startTarget,
  type TargetOption,
  type TargetOptions,
  targetOptionTable,
} from '../target/index.js';
import type { Command } from './command.js';

/** What a person expects a service on: a test takes any free port instead. */
const DEFAULT_PORT = 8080;
const MAX_PEM_BYTES = 1024 * 1024;

/** What the help shows: how to reach it, and how to make it misbehave. */
const usualServeFlags: readonly string[] = [
  'host',
  'port',
  'tls-cert',
  'tls-key',
  'grpc-port',
  'missing',
  'latency',
  'errors',
  'resets',
  'rate',
  'concurrency',
  'over-limit',
  'stall-every',
  'stall-for',
  'requests-per-connection',
  'keep-alive-idle',
];

/** `zipfire serve`: the embedded target, until Ctrl-C. */
export const serve: Command = {
  usage: 'serve',
  flagNames: targetOptionTable.map((option) => option.flag),
  usualFlags: usualServeFlags,
  builder: (yargs: Argv) =>
    addOptions(yargs).epilogue(`Examples:
  as fast as it can:           zipfire serve --port 8080
  slow, and 1 % of it fails:   zipfire serve --latency exp:10ms --errors 0.01
  stalls every ten seconds:    zipfire serve --stall-every 10s --stall-for 800ms`),
  run: async (flags: Readonly<Record<string, unknown>>): Promise<ExitCode> => {
    const target = await startTarget(await readFlags(flags));
    // Before the line is out: who reads it may send the signal at once.
    const signalled = untilSignal();
    const places = target.grpc === null ? target.url : `${target.url} and ${target.grpc.url}`;
    process.stdout.write(`serving ${places} (Ctrl-C stops it; GET / lists the routes)\n`);
    await signalled;
    await target.close();
    return ExitCode.pass;
  },
};

function addOptions(yargs: Argv): Argv {
  for (const option of targetOptionTable) {
    yargs.option(option.flag, {
      type: option.type === 'boolean' ? 'boolean' : 'string',
      describe: option.description,
      defaultDescription: describeDefault(option),
      group: `${option.group}:`,
      ...(option.type === 'boolean' ? {} : { requiresArg: true }),
      ...(option.type === 'choice' ? { choices: option.choices } : {}),
    });
  }
  return yargs;
}

/** Only what was given; the target knows its defaults. */
async function readFlags(flags: Readonly<Record<string, unknown>>): Promise<Partial<TargetOptions>> {
  const given: Record<string, unknown> = { port: DEFAULT_PORT };
  for (const option of targetOptionTable) {
    const value = flags[option.flag];
    if (value !== undefined) given[option.name] = await readFlag(option, value);
  }
  return given;
}

async function readFlag(option: TargetOption, value: unknown): Promise<unknown> {
  if (Array.isArray(value)) throw usageError(`--${option.flag} is given more than once`, 'give it once');
  if (option.type === 'boolean') return value;
  const text = String(value);
  return parseTargetFlag(option, option.type === 'pem' ? await readPem(option, text) : text);
}

async function readPem(option: TargetOption, path: string): Promise<string> {
  try {
    const pem = await readFile(path, 'utf8');
    if (pem.length <= MAX_PEM_BYTES) return pem;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw usageError(`--${option.flag}: ${escapeText(reason)}`, 'give the path of a PEM file');
  }
  throw usageError(`--${option.flag}: ${escapeText(path)} is no PEM file, it is too large`);
}

function describeDefault(option: TargetOption): string {
  const value = option.name === 'port' ? DEFAULT_PORT : defaultTargetOptions[option.name];
  if (value === '' || value === -1) return 'none';
  if (option.type === 'duration') return `${Number(value) / 1e3}s`;
  return option.type === 'bytes' ? formatBytes(Number(value)) : String(value);
}

/** Resolves at the first SIGINT or SIGTERM; a second one ends the process in the usual way. */
function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}
