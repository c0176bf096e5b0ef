import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../../bin/zipfire.js', import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The command as a user types it, in a process of its own, with nothing of this environment that colours it.
 * @param input what stands on its standard input; none without
 */
export function start(args: readonly string[], env: Readonly<Record<string, string>> = {}, input?: string) {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [bin, ...args], {
    env: { PATH, HOME, LANG: 'C.UTF-8', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // It may end without reading.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const finished: Promise<Finished> = once(child, 'close').then(([code]) => ({ code, stdout, stderr }));
  return { child, finished };
}

export function zipfire(
  args: readonly string[],
  env?: Readonly<Record<string, string>>,
  input?: string,
): Promise<Finished> {
  return start(args, env, input).finished;
}
