import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../../../examples/go-target/', import.meta.url));
const folder = fileURLToPath(new URL('../../../build/go-target/', import.meta.url));

/** Cold, with modules to fetch; what is compiled by then stays in Go's cache for the next time. */
const BUILD_MS = 90_000;

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
  | { readonly skip: false; start(...flags: string[]): Promise<GoTarget> }
  | { readonly skip: string };

/**
 * Builds the service, once for each state of its sources. There is none where Go, or a module, cannot be had;
 * sources that do not compile are an error.
 */
export async function buildGoTarget(): Promise<BuiltGoTarget> {
  const go = findGo();
  if (go === null) return { skip: 'go is not installed' };
  const binary = join(folder, `go-target-${digest()}`);
  if (!existsSync(binary)) {
    const fetched = await runGo(go, ['list', '-deps', '.']);
    if (fetched.code !== 0) return { skip: `go cannot have its modules: ${fetched.output.split('\n')[0]}` };
    mkdirSync(folder, { recursive: true });
    // Under a name of its own: another test file may be building at the same time.
    const made = `${binary}.${process.pid}`;
    const built = await runGo(go, ['build', '-o', made, '.']);
    if (built.code === null) return { skip: `go build was stopped after ${BUILD_MS / 1e3} s` };
    if (built.code !== 0) throw new Error(`go build failed:\n${built.output}`);
    renameSync(made, binary);
  }
  return { skip: false, start: (...flags) => start(binary, flags) };
}

async function start(binary: string, flags: readonly string[]): Promise<GoTarget> {
  // Its standard input ends with us, and so it does, however we end.
  const args = ['-http', '127.0.0.1:0', '-grpc', '127.0.0.1:0', '-stop-with-stdin', ...flags];
  const child = spawn(binary, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const output = createInterface(child.stdout);
  const line = await Promise.race([once(output, 'line'), exited.then(() => null)]);
  if (line === null) throw new Error(`${binary} ended before it listened`);
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

function findGo(): string | null {
  const { PATH = '' } = process.env;
  const candidates = [...PATH.split(delimiter), '/usr/local/go/bin'].map((path) => join(path, 'go'));
  return candidates.find((path) => existsSync(path)) ?? null;
}

/** Of all that goes into the binary. */
function digest(): string {
  const hash = createHash('sha256');
  for (const path of readdirSync(source, { recursive: true, encoding: 'utf8' }).sort()) {
    if (/(?<!_test)\.go$|^go\.(mod|sum)$/.test(path))
      hash.update(path).update(readFileSync(join(source, path)));
  }
  return hash.digest('hex').slice(0, 12);
}

async function runGo(go: string, args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(go, args, {
    cwd: source,
    env: { ...process.env, GOFLAGS: '-buildvcs=false' },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: BUILD_MS,
    killSignal: 'SIGINT',
  });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  await once(child, 'close');
  return { code: child.exitCode, output };
}
