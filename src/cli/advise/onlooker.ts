import { advise, type Looked } from '../../advisor/index.js';
import { save, withLoad } from '../advise.js';
import { readFlagValues } from '../flag-table.js';
import type { Onlooker } from '../measure/measure.js';
import { readSourceFlags, runAdviceFlags } from './flags.js';
import { writeAdvice } from './report.js';
import { gatherAround } from './sources.js';

/** Looks at the service during a run, and advises after it. @param argv of `run --advise` */
export function adviseRun(argv: Readonly<Record<string, unknown>>): Onlooker {
  const values = readFlagValues(argv, runAdviceFlags);
  const sources = readSourceFlags(values);
  const { advice: path } = values;
  const outputs = new Map(typeof path === 'string' ? [['out', path]] : []);
  let seen: Looked | null = null;
  return {
    around: async (plan, run) => {
      const { value, gathered } = await gatherAround(sources, plan, run, argv['quiet'] === true);
      seen = withLoad(plan, value, gathered);
      return { ...value, advice: advise(seen) };
    },
    report: async (_, { advice }, quiet) => {
      if (sources.artifacts !== null && seen !== null) await save(sources.artifacts, seen);
      if (advice === undefined) return;
      if (!quiet && path !== '-') process.stdout.write('\n');
      await writeAdvice(advice, outputs, quiet);
    },
  };
}
