import assert from 'node:assert/strict';
import { advise } from '#zipfire/advisor/index.js';
import { readSourceFlags } from '#zipfire/cli/advise/flags.js';
import { gatherAround } from '#zipfire/cli/advise/sources.js';
import { withLoad } from '#zipfire/cli/advise.js';
import { runJudged } from '#zipfire/cli/measure/judged-run.js';
import { planContext } from '#zipfire/cli/plan-context.js';
import type { Advice, Finding, Plan } from '#zipfire/core/index.js';
import { planFromFlags, type RunFlags } from '#zipfire/profile/index.js';

/** A target that listens, and what is known of it. */
export interface Live {
  readonly url: string;
  readonly pid?: number;
  readonly metrics?: string;
  readonly files?: readonly string[];
}

/**
 * Rules of what the target shares with everything else on this machine: they may find something there that no target
 * brought, and are judged where a case is about them.
 */
const surroundings = new Set([
  'CPU01',
  'CPU03',
  'CPU05',
  'CPU06',
  'CPU08',
  'MEM01',
  'MEM05',
  'K01',
  'K04',
  'K05',
  'K06',
]);

/** What `zipfire advise` says of it under a short load of one worker. */
export async function adviseOn(
  live: Live,
  flags: RunFlags,
  sources: Readonly<Record<string, unknown>> = {},
): Promise<Advice> {
  return adviseOnPlan(live, planFromFlags(live.url, { workers: '1', ...flags }, planContext()), sources);
}

export async function adviseOnPlan(
  { pid, metrics, files }: Live,
  plan: Plan,
  sources: Readonly<Record<string, unknown>> = {},
): Promise<Advice> {
  const from = readSourceFlags({
    ...(pid === undefined ? {} : { pid: String(pid) }),
    ...(metrics === undefined ? {} : { metrics }),
    ...(files === undefined ? {} : { files }),
    ...sources,
  });
  const { value, gathered } = await gatherAround(from, plan, () => runJudged(plan, null), true);
  return advise(withLoad(plan, value, gathered));
}

/**
 * What is wrong by the rules of the target: generator and target share a machine here, often a busy one, and what a
 * self-check takes back because of that counts as what it was.
 */
function faultsOf({ findings }: Advice, about: readonly string[] = []): readonly Finding[] {
  return findings.filter(
    ({ id, status, cappedBy, why = '' }) =>
      (status === 'fail' ||
        status === 'error' ||
        (cappedBy !== undefined && why.includes('what it saw: '))) &&
      (about.includes(id) || !surroundings.has(id)),
  );
}

/** Asserts that exactly these rules find something. */
export function assertFaults(advice: Advice, ids: readonly string[]): void {
  const found = faultsOf(advice, ids);
  assert.deepEqual(
    [...new Set(found.map(({ id }) => id))].sort(),
    ids.toSorted(),
    JSON.stringify(found, null, 1),
  );
}

/** Asserts that nothing is found, and that these rules looked; what a busy machine leaves undecided is no finding. */
export function assertMended(advice: Advice, ids: readonly string[]): void {
  assertFaults(advice, []);
  const judged = advice.findings.filter(({ status }) => status === 'pass' || status === 'inconclusive');
  const missing = ids.filter((id) => !judged.some((each) => each.id === id));
  assert.deepEqual(
    missing,
    [],
    JSON.stringify(
      advice.findings.filter(({ id }) => missing.includes(id)),
      null,
      1,
    ),
  );
}
