import type { Argv } from 'yargs';
import { type ExitCode, usageError } from '../core/index.js';
import { isProfilePath, type ProfileRuns, planFromFlags, runsOfProfile } from '../profile/index.js';
import type { Command } from './command.js';
import { matrixOutputs } from './matrix-outputs.js';
import { measure } from './measure.js';
import { planContext } from './plan-context.js';
import { readOutputs } from './read-outputs.js';
import { addRunFlags, readRunFlags, runExamples, usualRunFlags } from './run-flags.js';

/** `zipfire run`: one target or one profile, measured and reported. */
export const run: Command = {
  usage: 'run <target>',
  usualFlags: usualRunFlags,
  builder: (yargs: Argv) =>
    addRunFlags(yargs)
      .positional('target', { type: 'string', describe: 'URL, which may hold {{key}}, or a profile (.yaml)' })
      .epilogue(runExamples),
  run: async (argv: Readonly<Record<string, unknown>>): Promise<ExitCode> => {
    const outputs = readOutputs(argv);
    const quiet = argv['quiet'] === true;
    const runs = await readRuns(String(argv['target']), argv);
    if (runs.kind === 'matrix') {
      if (runs.matrix.cells.some(({ plan }) => plan.replay !== undefined))
        throw usageError('a matrix replays no log', 'run it as a profile without a matrix');
      if (outputs.debug !== undefined) throw usageError('--debug: a matrix is many runs', 'log one of them');
      const { runMatrix } = await import('./matrix.js');
      return runMatrix(runs.matrix, matrixOutputs(outputs), quiet);
    }
    return measure(runs.plan, outputs, quiet);
  },
};

async function readRuns(target: string, argv: Readonly<Record<string, unknown>>): Promise<ProfileRuns> {
  const flags = readRunFlags(argv);
  if (isProfilePath(target)) return runsOfProfile(target, flags, planContext());
  return { kind: 'plan', plan: planFromFlags(target, flags, planContext()) };
}
