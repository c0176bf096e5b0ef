import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface StdioChild {
  readonly pid: number;
  /** The first line that it printed. */
  readonly line: string;
  stop(): Promise<void>;
}

/** Starts a program that prints a line when it is ready and ends with its standard input, however we end. */
export async function startWithStdin(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<StdioChild> {
  const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const line = await Promise.race([once(createInterface(child.stdout), 'line'), exited.then(() => null)]);
  if (line === null || child.pid === undefined) throw new Error(`${program} ended before it was ready`);
  return {
    pid: child.pid,
    line: String(line[0]),
    stop: async () => {
      child.stdin.end();
      await exited;
    },
  };
}
