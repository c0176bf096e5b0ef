import { fork } from 'node:child_process';
import type { Argv } from 'yargs';
import { type ExitCode, ZipfireError } from '../core/index.js';
import { planFromFlags } from '../profile/index.js';
import type { Command } from './command.js';
import { measure } from './measure.js';
import { planContext } from './plan-context.js';
import { readOutputs } from './read-outputs.js';
import { addRunFlags, readRunFlags } from './run-flags.js';

/** What a demo runs when no flag says otherwise: small enough to be a guest on any machine. */
const DEMO = {
  connections: '16',
  duration: '5s',
  warmup: '1s',
  keys: ['zipf:n=1e6,alpha=1.2'],
};

/** `zipfire demo`: the embedded target and a run against it, in one command. */
export const demo: Command = {
  usage: 'demo',
  builder: (yargs: Argv) =>
    addRunFlags(yargs).epilogue('Examples:\n  zipfire demo -R 5k -d 10s    an open loop'),
  run: async (argv: Readonly<Record<string, unknown>>): Promise<ExitCode> => {
    const outputs = readOutputs(argv);
    const target = await startTarget();
    try {
      const flags = { ...DEMO, name: 'demo', ...readRunFlags(argv) };
      const plan = planFromFlags(`${target.url}/kv/user_{{key}}`, flags, planContext());
      return await measure(plan, outputs, argv['quiet'] === true);
    } finally {
      await target.stop();
    }
  },
};

interface DemoTarget {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * In a process of its own: in ours its work would be counted as the generator's. It ends when its channel to
 * us closes, so it does not outlive us however we end.
 */
async function startTarget(): Promise<DemoTarget> {
  const child = fork(new URL('./demo-target.js', import.meta.url), { execArgv: [] });
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
