import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../build/go-target/', import.meta.url));

/** Cold, with modules to fetch; what is compiled by then stays in Go's cache for the next time. */
const BUILD_MS = 90_000;

/** A program, or why there is none: `{ skip }` as a test takes it. */
export type BuiltGoProgram = { readonly skip: false; readonly binary: string } | { readonly skip: string };

/**
 * Builds the program of a folder, once for each state of its sources. There is none where Go, or a module, cannot be
 * had; sources that do not compile are an error.
 */
export async function buildGoProgram(source: string, name: string): Promise<BuiltGoProgram> {
  const go = findGo();
  if (go === null) return { skip: 'go is not installed' };
  const binary = join(folder, `${name}-${digest(source)}`);
  if (existsSync(binary)) return { skip: false, binary };
  const fetched = await runGo(go, source, ['list', '-deps', '.']);
  if (fetched.code !== 0) return { skip: `go cannot have its modules: ${fetched.output.split('\n')[0]}` };
  mkdirSync(folder, { recursive: true });
  // Under a name of its own: another test file may be building at the same time.
  const made = `${binary}.${process.pid}`;
  const built = await runGo(go, source, ['build', '-o', made, '.']);
  if (built.code === null) return { skip: `go build was stopped after ${BUILD_MS / 1e3} s` };
  if (built.code !== 0) throw new Error(`go build failed:\n${built.output}`);
  renameSync(made, binary);
  return { skip: false, binary };
}

function findGo(): string | null {
  const { PATH = '' } = process.env;
  const candidates = [...PATH.split(delimiter), '/usr/local/go/bin'].map((path) => join(path, 'go'));
  return candidates.find((path) => existsSync(path)) ?? null;
}

/** Of all that goes into the binary. */
function digest(source: string): string {
  const hash = createHash('sha256');
  for (const path of readdirSync(source, { recursive: true, encoding: 'utf8' }).sort()) {
    if (/(?<!_test)\.go$|^go\.(mod|sum)$/.test(path))
      hash.update(path).update(readFileSync(join(source, path)));
  }
  return hash.digest('hex').slice(0, 12);
}

async function runGo(
  go: string,
  source: string,
  args: readonly string[],
): Promise<{ code: number | null; output: string }> {
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
