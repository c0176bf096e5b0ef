import type { Plan, Result } from '../../core/index.js';
import { systemFiles } from '../../observe/system-files.js';
import { s01 } from '../audits/s01.js';
import { s02 } from '../audits/s02.js';
import { s03 } from '../audits/s03.js';
import { s04 } from '../audits/s04.js';
import { s05 } from '../audits/s05.js';
import { s06 } from '../audits/s06.js';
import { s07 } from '../audits/s07.js';
import type { Gathered } from '../facts.js';
import { gatherGenerator } from '../gather/generator.js';
import { loadFacts } from '../gather/load.js';
import { observe } from '../gather/observe.js';
import { haveCpusApart, readAllowedCpus } from '../gather/process/read.js';
import { judgeAudit } from '../judge.js';
import type { Objective, Runner, Trial } from './runner.js';

/** Where these fail, the figures are not the target's. */
const fatal = [s01, s02, s05, s06, s07];
/**
 * A busy machine that both share makes the figures worse, those of all arms alike, as they are run in turns: the
 * test has to see through it, and the gain is one on that machine.
 */
const shared = [s03, s04];

/**
 * Runs a plan, and looks at how the generator itself fared meanwhile.
 *
 * @param pid of the service, where it is ours
 */
export async function runTrial(
  plan: Plan,
  run: Runner,
  objective: Objective,
  pid: number | null = null,
): Promise<Trial & { result: Result }> {
  const { host, socketPath } = plan.target;
  const { value: result, gathered } = await observe(
    [gatherGenerator(socketPath === null ? host : null)],
    () => run(plan),
  );
  const theirs = pid === null ? null : readAllowedCpus(pid, systemFiles);
  const apart = haveCpusApart(readAllowedCpus('self', systemFiles), theirs);
  return { ...trialOf(plan, result, { gathered, apart }, objective), result };
}

interface Seen {
  /** How the generator fared. */
  readonly gathered: Gathered;
  /** Whether it and the service are pinned to CPUs of their own: then a busy machine is no contention. */
  readonly apart: boolean;
}

function trialOf(plan: Plan, result: Result, { gathered, apart }: Seen, objective: Objective): Trial {
  const { summary, validity, gates, verdict } = result;
  const facts = { ...gathered.facts, load: loadFacts(plan, result, plan.target.url) };
  const failed = (audits: typeof fatal | typeof shared) =>
    audits.flatMap((audit) =>
      judgeAudit(audit, { facts, failed: gathered.failed })
        .filter(({ status, doubts }) => status === 'fail' && !(apart && doubts === 'contention'))
        .map(({ id, why = '' }) => `${id}: ${why}`),
    );
  return {
    qps: summary.qps,
    p99Us: summary.latencyUs.response.p99,
    errorRate: summary.errorRate,
    value: objective.of(result),
    met: gates.length === 0 ? null : gates.every((gate) => gate.verdict === 'pass'),
    invalid: [...(verdict === 'interrupted' ? ['ended by hand'] : []), ...validity.reasons, ...failed(fatal)],
    caveats: failed(shared),
  };
}
