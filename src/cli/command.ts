import type { Argv } from 'yargs';
import type { ExitCode } from '../core/index.js';

/** A subcommand. */
export interface Command {
  /** Its name and positionals, as the parser takes them. */
  readonly usage: string;
  /** Names of its flags, for hints about mistyped ones; absent: those of `run`. */
  readonly flagNames?: readonly string[];
  /** Those that its help shows, where all of them would not fit a screen; absent: all. */
  readonly usualFlags?: readonly string[];
  readonly builder: (yargs: Argv) => Argv;
  /** Does it. @returns the exit code; nothing is left running */
  readonly run: (argv: Readonly<Record<string, unknown>>) => Promise<ExitCode>;
}
