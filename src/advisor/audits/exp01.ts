import { fewestRepeats } from '../../statistics/repeats.js';
import { audit, fail, inconclusive, type Outcome, pass } from '../audit.js';
import type { Tried } from '../experiments/facts.js';

const ALPHA = 0.05;

export const exp01 = audit({
  id: 'EXP01',
  title: 'Nothing that was tried is better',
  failureTitle: 'A setting that was tried is better',
  severity: 'medium',
  confidence: 'proven',
  underLoad: false,
  needs: ['experiments'],
  doc: 'Fails when an experiment under load proves another setting better than the one in use: arms run in turns, a run is a sample, rank-sum test, p at most 5 % for all experiments together, and an effect that matters. Where a rule of its own is about the setting, the gain stands there. A run that does not hold makes an experiment inconclusive, and so do too few runs to prove anything.',
  versions: 'every service',
  fix: 'Set what won, and measure again where it will run.',
  source: 'https://doi.org/10.1214/aoms/1177730491',
  run: ({ experiments }) => experiments.tried.filter(({ mends }) => mends).map(outcomeOf),
});

function outcomeOf({ experiment, gain, isBest, fix }: Tried): Outcome {
  const { name, arms, comparisons, metric, p, invalid, verdict, conclusion } = experiment;
  // Without those that were given up.
  const runs = Math.min(...arms.filter(({ left }) => left === null).map(({ qps }) => qps.length));
  const evidence = { arms: arms.map((arm) => arm.name), metric, runs, p };
  const [reason] = invalid;
  if (reason !== undefined) return inconclusive(reason, evidence, name);
  const enough = fewestRepeats(ALPHA / Math.max(1, comparisons.length));
  if (verdict === '~' && runs < enough)
    return inconclusive(`${runs} runs of each prove nothing; ${enough} can`, evidence, name);
  if (verdict === '~' || isBest) return pass(evidence, name);
  return fail({
    where: name,
    evidence,
    why: conclusion,
    fix,
    ...(gain === null ? {} : { gain }),
  });
}
