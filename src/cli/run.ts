import type { Argv } from 'yargs';
import type { ExitCode, Plan } from '../core/index.js';
import { isProfilePath, planFromFlags, planFromProfile } from '../profile/index.js';
import type { Command } from './command.js';
import { measure } from './measure.js';
import { planContext } from './plan-context.js';
import { readOutputs } from './read-outputs.js';
import { addRunFlags, readRunFlags, runExamples } from './run-flags.js';

/** `zipfire run`: one target or one profile, measured and reported. */
export const run: Command = {
  usage: 'run <target>',
  builder: (yargs: Argv) =>
    addRunFlags(yargs)
      .positional('target', { type: 'string', describe: 'URL, which may hold {{key}}, or a profile (.yaml)' })
      .epilogue(runExamples),
  run: async (argv: Readonly<Record<string, unknown>>): Promise<ExitCode> => {
    const outputs = readOutputs(argv);
    return measure(await readPlan(String(argv['target']), argv), outputs, argv['quiet'] === true);
  },
};

async function readPlan(target: string, argv: Readonly<Record<string, unknown>>): Promise<Plan> {
  const flags = readRunFlags(argv);
  return isProfilePath(target)
    ? planFromProfile(target, flags, planContext())
    : planFromFlags(target, flags, planContext());
}
