import { ExitCode, escapeText, ZipfireError } from '../core/index.js';
import type { TerminalOptions } from '../report/index.js';

const DEFAULT_WIDTH = 80;
const MIN_WIDTH = 40;

/** How to write for a stream: in colour on a terminal that wants it, plain when piped. */
export function terminalOptions(stream: NodeJS.WriteStream): TerminalOptions {
  return {
    colour: wantsColour(stream),
    width: Math.max(MIN_WIDTH, stream.columns || DEFAULT_WIDTH),
    unicode: !/^(C|POSIX)$/.test(
      process.env['LC_ALL'] || process.env['LC_CTYPE'] || process.env['LANG'] || '',
    ),
  };
}

/** https://no-color.org, and FORCE_COLOR for logs that can show it. */
function wantsColour(stream: NodeJS.WriteStream): boolean {
  if (process.env['NO_COLOR']) return false;
  if (process.env['FORCE_COLOR'] && process.env['FORCE_COLOR'] !== '0') return true;
  return stream.isTTY && process.env['TERM'] !== 'dumb';
}

/** Says what went wrong and what to do next, on stderr. @returns the exit code */
export function reportError(error: unknown): ExitCode {
  if (error instanceof ZipfireError) {
    const lines = error.message.split('\n').map((line) => escapeText(line, { maxLength: 2000 }));
    const hint = error.hint === undefined ? '' : `  → ${escapeText(error.hint, { maxLength: 500 })}\n`;
    process.stderr.write(`zipfire: ${lines.join('\n')}\n${hint}`);
    return error.exitCode;
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`zipfire: internal error, please report it with the command line\n${trace}\n`);
  return ExitCode.internal;
}

/**
 * A reader that went away (`zipfire … | head`) is no error of ours. The run goes on, for its files and its exit
 * code: a gate must not pass because a log was cut. So it does where stdout takes no more, as on a full disk, but then
 * what should be there is not, which is said once and fails the command.
 */
export function surviveClosedPipes(): void {
  // There is nowhere left to say it.
  process.stderr.on('error', () => {});
  let isSaid = false;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || isSaid) return;
    isSaid = true;
    process.stderr.write(`zipfire: stdout: ${escapeText(error.message)}\n`);
    process.on('exit', (code) => {
      if (code === ExitCode.pass) process.exitCode = ExitCode.usage;
    });
  });
}
