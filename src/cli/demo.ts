import { fork } from 'node:child_process';
import type { Argv } from 'yargs';
import { type ExitCode, type Plan, usageError, ZipfireError } from '../core/index.js';
import { type GrpcFlags, planFromFlags, planFromGrpc, type RunFlags } from '../profile/index.js';
import type { Command } from './command.js';
import { measure } from './measure/measure.js';
import { readOutputs } from './measure/read-outputs.js';
import { planContext } from './plan-context.js';
import { addRunFlags, readRunFlags, usualRunFlags } from './run-flags.js';

/** What a demo runs when no flag says otherwise: small enough to be a guest on any machine. */
const DEMO = {
  name: 'demo',
  duration: '5s',
  warmup: '1s',
  keys: ['zipf:n=1e6,alpha=1.2'],
};
const HTTP_CONNECTIONS = '16';
const GRPC_CONNECTIONS = '2';

/** Flags of `run` that calls have no use for. */
const forRequests: readonly (keyof RunFlags)[] = [
  'method',
  'body',
  'pipeline',
  'http1',
  'http2',
  'keepalive',
  'unixSocket',
  'driver',
  'redirects',
  'proxy',
  'decompress',
  'cookies',
  'streams',
];

/** `zipfire demo`: the embedded target and a run against it, in one command. */
export const demo: Command = {
  usage: 'demo',
  usualFlags: usualRunFlags,
  builder: (yargs: Argv) =>
    addRunFlags(yargs)
      .option('grpc', { type: 'boolean', describe: 'gRPC calls in place of HTTP requests' })
      .epilogue(
        'Examples:\n  zipfire demo -R 5k -d 10s    an open loop\n  zipfire demo --grpc          gRPC calls',
      ),
  run: async (argv: Readonly<Record<string, unknown>>): Promise<ExitCode> => {
    const outputs = readOutputs(argv);
    const flags = readRunFlags(argv);
    const isGrpc = argv['grpc'] === true;
    const target = await startTarget(isGrpc);
    try {
      const plan = isGrpc ? await grpcPlan(target.url, flags) : httpPlan(target.url, flags);
      return await measure(plan, outputs, argv['quiet'] === true);
    } finally {
      await target.stop();
    }
  },
};

function httpPlan(url: string, flags: RunFlags): Plan {
  const all = { ...DEMO, connections: HTTP_CONNECTIONS, ...flags };
  return planFromFlags(`${url}/kv/user_{{key}}`, all, planContext());
}

function grpcPlan(url: string, flags: RunFlags): Promise<Plan> {
  const stray = forRequests.find((name) => flags[name] !== undefined);
  if (stray !== undefined) {
    const flag = stray.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw usageError(`--${flag} is for HTTP requests`, 'leave it out, or leave --grpc out');
  }
  const call = { call: 'kv.v1.KV/Get', data: '{"key": "user_{{key}}"}' };
  // Of calls `--keepalive` is a time, and of requests, which these flags are, a switch.
  const { keepalive: _, ...rest } = flags;
  const all: GrpcFlags = { ...DEMO, connections: GRPC_CONNECTIONS, ...call, ...rest };
  return planFromGrpc(url, all, planContext());
}

interface DemoTarget {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * In a process of its own: in ours its work would be counted as the generator's. It ends when its channel to
 * us closes, so it does not outlive us however we end.
 */
async function startTarget(isGrpc: boolean): Promise<DemoTarget> {
  const args = isGrpc ? ['grpc'] : [];
  const child = fork(new URL('./demo-target.js', import.meta.url), args, { execArgv: [] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (message) => resolve(String(message)));
    child.once('error', reject);
    child.once('exit', (code) => {
      reject(new ZipfireError('internal', `the embedded target ended with code ${code} before it was ready`));
    });
  });
  return {
    url,
    stop: () => {
      if (child.connected) child.disconnect();
      return exited;
    },
  };
}
