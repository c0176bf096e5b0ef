/** The Go service of examples/go-target, on one core: net/http and grpc-go as people run them. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { findProgram } from './machine.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const source = join(root, 'examples', 'go-target');
/** Of the program, once it is built. */
export const goTargetPath = join(root, 'build', 'bench-tools', 'go-target');

/** Builds it once. Returns why it is missing, or null. */
export function provideGoTarget() {
  const go = findProgram('go');
  if (!go) return 'Go is not installed, and the target is built with it';
  mkdirSync(dirname(goTargetPath), { recursive: true });
  const built = spawnSync(go, ['build', '-o', goTargetPath, '.'], {
    cwd: source,
    encoding: 'utf8',
    timeout: 180_000,
  });
  return built.status === 0 ? null : `go build failed: ${String(built.stderr ?? built.error).slice(-200)}`;
}

/**
 * @param {{core?: number|null}} [options]
 * @returns {Promise<{grpc: string, calls: () => Promise<number>, stop: () => Promise<void>}>} `grpc`: host and
 *   port; `calls`: gRPC calls handled so far by the server's own count
 */
export async function startGoTarget({ core = null } = {}) {
  const argv = [goTargetPath, '-http', '127.0.0.1:0', '-grpc', '127.0.0.1:0', '-stop-with-stdin'];
  const pinned = core === null ? argv : ['taskset', '-c', String(core), ...argv];
  const child = spawn(pinned[0], pinned.slice(1), {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, GOMAXPROCS: '1' },
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const line = await new Promise((resolve) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('close', () => resolve(null));
  });
  if (line === null) throw new Error('the Go target did not start');
  const { http, grpc } = JSON.parse(line);
  const stop = async () => {
    child.stdin.end();
    await ended;
  };
  return { grpc, calls: () => handledCalls(http), stop };
}

async function handledCalls(http) {
  const text = await (await fetch(`http://${http}/metrics`)).text();
  const counts = [...text.matchAll(/^grpc_server_handled_total\{.*\} ([\d.e+]+)$/gm)].map(([, count]) =>
    Number(count),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
