/** The clients that are compared, each as: run it against a server, and say what it did and what that cost. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runClient } from './command.js';
import { getCall, protoFile } from './grpc-call.js';
import { findProgram } from './machine.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** Peers that no package manager of the system has are kept here, out of the project's own dependencies. */
const toolFolder = join(root, 'build', 'bench-tools');

/**
 * @typedef {object} Load
 * @property {{url?: string, origin: string, requests: () => Promise<number>}} server
 * @property {number} connections
 * @property {number} seconds
 * @property {number|null} core to run the client on
 *
 * @typedef {object} Work
 * @property {number} perSec requests per second, by the client's own count
 * @property {number} requests by the server's count, the warm-up's included
 * @property {import('../../dist/core/index.js').Result} [result] zipfire's
 * @property {number} cpuSec CPU of the whole process
 * @property {string} stdout
 * @property {number} cpuUs CPU of the whole process, start-up included, per request the server counted
 */

/** Runs a client and puts its cost on the requests the server counted: every client is judged by one count. */
async function work(argv, { server, core }) {
  const before = await server.requests();
  const done = await runClient(argv, { core });
  const requests = (await server.requests()) - before;
  if (done.code !== 0 || requests === 0) {
    throw new Error(
      `${argv[0]} failed (exit ${done.code}): ${(done.stderr || done.stdout).trim().slice(0, 500)}`,
    );
  }
  return { ...done, requests, cpuUs: (done.cpuSec / requests) * 1e6 };
}

/** @param {Load} load @returns {Promise<Work>} */
export async function wrk(load) {
  const argv = ['wrk', '-t1', `-c${load.connections}`, `-d${load.seconds}s`, '--latency', load.server.url];
  const done = await work(argv, load);
  return { ...done, perSec: numberAfter(done.stdout, /Requests\/sec:\s+([\d.]+)/) };
}

/** @param {Load} load @returns {Promise<Work>} */
export async function autocannon(load) {
  const script = join(toolFolder, 'node_modules', 'autocannon', 'autocannon.js');
  const argv = ['-c', load.connections, '-d', load.seconds, '-n', load.server.url].map(String);
  const done = await work([process.execPath, script, ...argv], load);
  return { ...done, perSec: done.requests / load.seconds };
}

/** @param {Load} load @returns {Promise<Work>} */
export async function hey(load) {
  const program = findProgram('hey') ?? join(toolFolder, 'bin', 'hey');
  const argv = ['-z', `${load.seconds}s`, '-c', load.connections, '-cpus', 1, load.server.url].map(String);
  const done = await work([program, ...argv], load);
  return { ...done, perSec: numberAfter(done.stdout, /Requests\/sec:\s+([\d.]+)/) };
}

/**
 * What h2load did. It and zipfire count for themselves where the server does not.
 * @param {{server: {url: string}, connections: number, streams: number, seconds: number, core: number|null,
 *   data?: string}} load `data`: path of a file to post; it goes out as a gRPC call
 * @returns {Promise<{perSec: number, cpuUs: number}>}
 */
export async function h2load({ server, connections, streams, seconds, core, data }) {
  const call = data ? ['-d', data, '-H', 'content-type: application/grpc', '-H', 'te: trailers'] : [];
  const load = ['-t', 1, '-c', connections, '-m', streams, '-D', seconds].map(String);
  const done = await runClient(['h2load', ...load, ...call, `${server.url}?key=user_1`], { core });
  const [, total, succeeded] = /requests: (\d+) total.* (\d+) succeeded/.exec(done.stdout) ?? [];
  if (done.code !== 0 || !total || total !== succeeded) {
    throw new Error(`h2load failed (exit ${done.code}): ${(done.stderr || done.stdout).slice(0, 500)}`);
  }
  return {
    perSec: numberAfter(done.stdout, /, ([\d.]+) req\/s/),
    cpuUs: (done.cpuSec / Number(total)) * 1e6,
  };
}

/**
 * zipfire where only it counts: as many runs in one process as `h2load` has seconds of one, two halves. The first
 * half is inside the CPU and outside the rate: nobody's compiler is warm at the start, and h2load has none.
 * @param {{argv: readonly string[], seconds: number, core: number|null, duration?: string}} load `duration`: the
 *   flag for it
 */
export async function zipfireTwice({ argv, seconds, core, duration = '-d' }) {
  const flags = [duration, `${seconds / 2}s`, '--repeat', '2', '--workers', '1', '--out', '-'];
  const done = await runClient([...zipfireCommand, ...argv, ...flags], { core });
  if (done.code !== 0) throw new Error(`zipfire failed (exit ${done.code}): ${done.stderr.slice(0, 500)}`);
  const result = JSON.parse(done.stdout);
  return { result, perSec: result.runs[1].qps, cpuUs: (done.cpuSec / result.summary.sent) * 1e6 };
}

/**
 * @param {Load & {workers?: number, warmupSec?: number, rate?: number, more?: readonly string[]}} load
 * @returns {Promise<Work & {result: import('../../dist/core/index.js').Result}>}
 */
export async function zipfire(load) {
  const { server, connections, seconds, workers = 1, warmupSec = 1, rate, more = [] } = load;
  const argv = [
    ...zipfireCommand,
    ...['run', `${server.origin}/kv/{{key}}`, '--keys', 'zipf:n=1e6,alpha=1.2', '--out', '-'],
    ...['-c', connections, '-t', workers, '-d', `${seconds}s`, '--warmup', `${warmupSec}s`].map(String),
    ...(rate ? ['-R', String(rate)] : []),
    ...(server.origin.startsWith('https') ? ['--insecure'] : []),
    ...more,
  ];
  const done = await work(argv, load);
  const result = JSON.parse(done.stdout);
  return { ...done, result, perSec: result.summary.qps };
}

export const zipfireCommand = [process.execPath, join(root, 'bin', 'zipfire.js')];

/**
 * @param {{server: {grpc: string, calls: () => Promise<number>}, concurrency: number, connections: number,
 *   seconds: number, core: number|null}} load
 */
export async function zipfireCalls({ server, concurrency, connections, seconds, core }) {
  const load = ['--connections', connections, '-c', concurrency, '-z', `${seconds}s`, '--workers', 1].map(
    String,
  );
  const argv = [...zipfireCommand, ...getCall(server.grpc), ...load, '--out', '-'];
  const done = await calls(argv, { server, core });
  const result = JSON.parse(done.stdout);
  return { ...done, result, perSec: result.summary.qps };
}

/** The same calls with the same keys in them, as near as its templates come: a number drawn at random. */
export async function ghz({ server, concurrency, connections, seconds, core }) {
  const program = findProgram('ghz') ?? join(toolFolder, 'bin', 'ghz');
  const call = ['--insecure', '--proto', protoFile, '--call', 'kv.v1.KV.Get'];
  const data = ['-d', '{"key":"user_{{randomInt 1 1000000}}"}'];
  const load = ['--connections', connections, '-c', concurrency, '-z', `${seconds}s`, '--cpus', 1].map(
    String,
  );
  const argv = [program, ...call, ...data, ...load, '--duration-stop', 'wait', '-O', 'json', server.grpc];
  const done = await calls(argv, { server, core });
  return { ...done, perSec: JSON.parse(done.stdout).rps };
}

/** As `work`, by the calls that the Go target counted. */
async function calls(argv, { server, core }) {
  const before = await server.calls();
  const done = await runClient(argv, { core });
  const made = (await server.calls()) - before;
  if (done.code !== 0 || made === 0) {
    throw new Error(`${argv[0]} failed (exit ${done.code}): ${(done.stderr || done.stdout).slice(0, 500)}`);
  }
  return { ...done, cpuUs: (done.cpuSec / made) * 1e6 };
}

/** Fetches autocannon from the npm registry once. Returns why it is missing, or null. */
export function provideAutocannon() {
  if (existsSync(join(toolFolder, 'node_modules', 'autocannon'))) return null;
  mkdirSync(toolFolder, { recursive: true });
  const flags = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  return provided('npm', ['install', '--prefix', toolFolder, ...flags, 'autocannon@8'], process.env);
}

/** Builds hey with Go once. Returns why it is missing, or null. */
export function provideHey() {
  return provideByGo('hey', 'github.com/rakyll/hey@latest');
}

/** Builds ghz with Go once. Returns why it is missing, or null. */
export function provideGhz() {
  return provideByGo('ghz', 'github.com/bojand/ghz/cmd/ghz@latest');
}

function provideByGo(program, path) {
  if (findProgram(program) || existsSync(join(toolFolder, 'bin', program))) return null;
  const go = findProgram('go');
  if (!go) return `${program} is not installed, and neither is Go to build it`;
  const env = {
    ...process.env,
    GOPATH: join(toolFolder, 'go'),
    GOBIN: join(toolFolder, 'bin'),
    GOFLAGS: '-modcacherw',
  };
  return provided(go, ['install', path], env);
}

function provided(command, args, env) {
  const done = spawnSync(command, args, { encoding: 'utf8', env, timeout: 180_000 });
  return done.status === 0
    ? null
    : `${command} ${args[0]} failed: ${String(done.stderr ?? done.error).slice(-200)}`;
}

function numberAfter(text, pattern) {
  const found = pattern.exec(text);
  if (!found) throw new Error(`no ${pattern} in what the client printed`);
  return Number(found[1]);
}
