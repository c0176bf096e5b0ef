import { closeSync, openSync, writeSync } from 'node:fs';
import { type Plan, usageError } from '../../core/index.js';
import { redactEcho } from '../../profile/index.js';

/** The file of `--debug`. */
export interface DebugLog {
  /** Takes whole lines. */
  readonly write: (lines: string) => void;
  /** Says on stderr if not everything could be written. May be called once. */
  readonly close: () => void;
}

/**
 * Begins a log that only its owner may read: whatever a server says may stand in it, without the secrets of the plan.
 * @throws ZipfireError `usage` when the file cannot be written
 */
export function openDebugLog(path: string, plan: Plan): DebugLog {
  if (path === '-') throw usageError('--debug: stdout is for results', 'give a file');
  let failure: string | null = null;
  const attempt = <T>(action: () => T): T | undefined => {
    try {
      return action();
    } catch (error) {
      failure ??= error instanceof Error ? error.message : String(error);
      return undefined;
    }
  };
  const file = attempt(() => openSync(path, 'w', 0o600));
  if (file === undefined) throw usageError(`--debug: ${failure}`, 'choose a path that can be written');
  return {
    // At once: the workers send from threads of their own, and what a crash leaves unwritten is what is looked for.
    write: (lines) => {
      if (failure === null) attempt(() => writeSync(file, redactEcho(plan, lines)));
    },
    close: () => {
      attempt(() => closeSync(file));
      if (failure !== null) process.stderr.write(`zipfire: --debug: not all was written: ${failure}\n`);
    },
  };
}
