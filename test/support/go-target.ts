import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { buildGoProgram } from './go-program.js';

const source = fileURLToPath(new URL('../../../examples/go-target/', import.meta.url));

/** The service of examples/go-target, running. */
export interface GoTarget {
  /** `127.0.0.1:port` */
  readonly http: string;
  readonly grpc: string;
  readonly pid: number;
  /** Its page of metrics. */
  metrics(): Promise<string>;
  /** Ends it by SIGTERM. Resolves with its exit code; null when a signal ended it. */
  stop(): Promise<number | null>;
}

/** The built service, or why there is none: `{ skip }` as a test takes it. */
export type BuiltGoTarget =
  | {
      readonly skip: false;
      start(...flags: string[]): Promise<GoTarget>;
      startWith(env: Readonly<Record<string, string>>, ...flags: string[]): Promise<GoTarget>;
      /** @param enter a command that runs another one somewhere: its words stand behind */
      startIn(
        enter: readonly string[],
        env: Readonly<Record<string, string>>,
        ...flags: string[]
      ): Promise<GoTarget>;
    }
  | { readonly skip: string };

/**
 * Builds the service, once for each state of its sources. There is none where Go, or a module, cannot be had;
 * sources that do not compile are an error.
 */
export async function buildGoTarget(): Promise<BuiltGoTarget> {
  const built = await buildGoProgram(source, 'go-target');
  if (built.skip !== false) return built;
  const { binary } = built;
  return {
    skip: false,
    start: (...flags) => start([binary], flags, {}),
    startWith: (env, ...flags) => start([binary], flags, env),
    startIn: (enter, env, ...flags) => start([...enter, binary], flags, env),
  };
}

async function start(
  [program = '', ...before]: readonly string[],
  flags: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<GoTarget> {
  // Its standard input ends with us, and so it does, however we end.
  const args = [...before, '-http', '127.0.0.1:0', '-grpc', '127.0.0.1:0', '-stop-with-stdin', ...flags];
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const output = createInterface(child.stdout);
  const line = await Promise.race([once(output, 'line'), exited.then(() => null)]);
  if (line === null) throw new Error(`${program} ended before it listened`);
  const { http, grpc, pid } = JSON.parse(String(line[0])) as { http: string; grpc: string; pid: number };
  return {
    http,
    grpc,
    pid,
    metrics: async () => (await fetch(`http://${http}/metrics`)).text(),
    stop: () => stop(child, exited),
  };
}

async function stop(child: ChildProcess, exited: Promise<unknown[]>): Promise<number | null> {
  child.kill('SIGTERM');
  await exited;
  return child.exitCode;
}
