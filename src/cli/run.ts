import os from 'node:os';
import type { Argv } from 'yargs';
import type { ExitCode, Plan } from '../core/index.js';
import {
  isProfilePath,
  type PlanContext,
  planFromFlags,
  planFromProfile,
  readFileBounded,
} from '../profile/index.js';
import { measure } from './measure.js';
import { readOutputs } from './outputs.js';
import { addRunFlags, readRunFlags } from './run-flags.js';

/** `zipfire run`: one target or one profile, measured and reported. */
export const run = {
  command: 'run <target>',
  describe: 'Load a URL, or run a profile file',
  builder: (yargs: Argv) =>
    addRunFlags(yargs)
      .positional('target', { type: 'string', describe: 'URL, which may hold {{key}}, or a profile (.yaml)' })
      .epilogue(runExamples),
  run: async (argv: Readonly<Record<string, unknown>>): Promise<ExitCode> => {
    const outputs = readOutputs(argv);
    return measure(await readPlan(String(argv['target']), argv), outputs, argv['quiet'] === true);
  },
};

export const runExamples = `Examples:
  closed loop, as wrk:      zipfire http://127.0.0.1:8080/kv/user_1 -c 64 -d 30s
  open loop, skewed keys:   zipfire 'http://127.0.0.1:8080/kv/{{key}}' --keys zipf:n=1e6,alpha=1.2 -R 20k
  a load gate for CI:       zipfire run hot.yaml --gate 'p99 < 50ms' --out result.json`;

async function readPlan(target: string, argv: Readonly<Record<string, unknown>>): Promise<Plan> {
  const flags = readRunFlags(argv);
  return isProfilePath(target)
    ? planFromProfile(target, flags, planContext())
    : planFromFlags(target, flags, planContext());
}

export function planContext(): PlanContext {
  return { env: process.env, readFile: readFileBounded, cores: os.availableParallelism() };
}
