import { resolve } from 'node:path';
import type { Argv } from 'yargs';
import { type ExitCode, escapeText, type Plan, usageError } from '../core/index.js';
import {
  isProfilePath,
  isScriptPath,
  type ProfileRuns,
  planFromFlags,
  type RunFlags,
  runsOfProfile,
} from '../profile/index.js';
import { runAdviceFlags } from './advise/flags.js';
import type { Command } from './command.js';
import { addFlags } from './flag-table.js';
import { measure, type Onlooker } from './measure/measure.js';
import { readOutputs } from './measure/read-outputs.js';
import { planContext } from './plan-context.js';
import { addRunFlags, readRunFlags, runExamples, runFlagNames, usualRunFlags } from './run-flags.js';
import { readSignalFlags, signalFlags, watcherOf } from './watch/signal-flags.js';

/** `--pid` serves both, and is listed once. */
const adviceHelp = Object.fromEntries(
  Object.entries(runAdviceFlags).filter(([name]) => !(name in signalFlags)),
);

/** `zipfire run`: one target or one profile, measured and reported. */
export const run: Command = {
  usage: 'run <input>',
  usualFlags: usualRunFlags,
  flagNames: [...runFlagNames, ...Object.keys(signalFlags), ...Object.keys(runAdviceFlags)],
  builder: (yargs: Argv) =>
    addFlags(addRunFlags(yargs), { 'Advice:': adviceHelp, 'Diagnosis:': signalFlags })
      .positional('input', {
        type: 'string',
        describe: 'URL, which may hold {{key}}, a profile (.yaml), or a script (.mjs, .js, .ts)',
      })
      .epilogue(runExamples),
  run: async (argv: Readonly<Record<string, unknown>>): Promise<ExitCode> => {
    const outputs = readOutputs(argv);
    const quiet = argv['quiet'] === true;
    const runs = await readRuns(String(argv['input']), argv);
    const onlooker = await onlookerOf(argv);
    const watched = readSignalFlags(argv);
    if (runs.kind === 'matrix') {
      if (runs.matrix.cells.some(({ plan }) => plan.replay !== undefined))
        throw usageError('a matrix replays no log', 'run it as a profile without a matrix');
      if (outputs.debug !== undefined) throw usageError('--debug: a matrix is many runs', 'log one of them');
      if (onlooker !== undefined)
        throw usageError(
          '--advise looks at one run, and the profile is a matrix',
          'zipfire advise takes one, too',
        );
      if (watched !== null)
        throw usageError(
          '--pid and --scrape look at one run, and the profile is a matrix',
          'run one of them',
        );
      const { runMatrix } = await import('./matrix/matrix.js');
      const { matrixOutputs } = await import('./matrix/outputs.js');
      return runMatrix(runs.matrix, matrixOutputs(outputs), quiet);
    }
    return measure(runs.plan, outputs, quiet, onlooker, await watcherOf(watched));
  },
};

async function readRuns(input: string, argv: Readonly<Record<string, unknown>>): Promise<ProfileRuns> {
  const { target, ...flags } = readRunFlags(argv);
  if (isScriptPath(input)) return { kind: 'plan', plan: await planOfScript(input, target, flags) };
  if (target !== undefined)
    throw usageError('--target is for scripts', 'a URL is the target itself, and a profile names its own');
  if (isProfilePath(input)) return runsOfProfile(input, flags, planContext());
  return { kind: 'plan', plan: planFromFlags(input, flags, planContext()) };
}

/** A script in the place of a URL: it says which one, or the flag does. */
async function planOfScript(script: string, given: string | undefined, flags: RunFlags): Promise<Plan> {
  if (flags.script !== undefined) throw usageError('two scripts', 'leave --script out');
  const { loadScript } = await import('../engine/script/load.js');
  const target = given ?? (await loadScript(resolve(script))).target;
  if (target === undefined) {
    const hint = `--target http://127.0.0.1:8080, or in the script: export const target = 'http://127.0.0.1:8080'`;
    throw usageError(`${escapeText(script)} does not say what is loaded`, hint);
  }
  return planFromFlags(target, { ...flags, script }, planContext());
}

/** Loaded where it is asked for: a run does not wait for rules. */
async function onlookerOf(argv: Readonly<Record<string, unknown>>): Promise<Onlooker | undefined> {
  if (argv['advise'] === true) return (await import('./advise/onlooker.js')).adviseRun(argv);
  const stray = Object.keys(runAdviceFlags).find(
    (name) => !(name in signalFlags) && argv[name] !== undefined && argv[name] !== false,
  );
  if (stray !== undefined) throw usageError(`--${stray} is for --advise`, `--advise --${stray} …`);
  return undefined;
}
