import type { Argv } from 'yargs';
import { type ExitCode, usageError } from '../core/index.js';
import type { Command } from './command.js';
import {
  compareAndShow,
  compareFlags,
  exitCodeOfComparison,
  failOnFlag,
  readCompareOptions,
  readFailOn,
  readResultFile,
} from './compare/results.js';
import { addFlags, type Flag, readFlagValues, text } from './flag-table.js';
import { writeText } from './keys/flags.js';

const MOST_RESULTS = 16;

const flags: Record<string, Flag> = {
  ...compareFlags,
  'fail-on': failOnFlag,
  out: text('write the comparison as JSON; - is stdout'),
};

/** `zipfire compare`: what is proven to differ between results. */
export const compare: Command = {
  usage: 'compare <base> <results..>',
  flagNames: Object.keys(flags),
  builder: (yargs: Argv) =>
    addFlags(yargs, { 'Compare:': flags })
      .positional('base', { type: 'string', describe: 'result (JSON) that the others are compared with' })
      .positional('results', { type: 'string', array: true, describe: 'one or more results' })
      .epilogue(`A sample is a run, not a request, so repeat it:
  zipfire http://127.0.0.1:8080/ --repeat 10 --out base.json

Examples:
  zipfire compare base.json new.json
  zipfire compare base.json new.json --fail-on regression --min-change 3%`),
  run: async (argv: Readonly<Record<string, unknown>>): Promise<ExitCode> => {
    const values = readFlagValues(argv, flags);
    const options = readCompareOptions(values);
    const failOnRegression = readFailOn(values['failOn']);
    const { base, others } = readNames(argv);
    const out = typeof values['out'] === 'string' ? values['out'] : undefined;
    const [first, ...rest] = [base, ...others].map(readResultFile) as [ReturnType<typeof readResultFile>];
    const comparison = await compareAndShow(first, rest, options, out === '-');
    if (out !== undefined) await writeText('out', out, `${JSON.stringify(comparison, null, 2)}\n`);
    return exitCodeOfComparison(comparison, failOnRegression);
  },
};

function readNames(argv: Readonly<Record<string, unknown>>): { base: string; others: string[] } {
  const { base, results } = argv;
  const others = Array.isArray(results) ? results.map(String) : [];
  if (others.length === 0) throw usageError('compare what with it?', 'zipfire compare base.json new.json');
  if (others.length > MOST_RESULTS) throw usageError(`compare: ${MOST_RESULTS} results at most`);
  if (new Set(others).size < others.length) throw usageError('compare: a result is named twice');
  return { base: String(base), others };
}
