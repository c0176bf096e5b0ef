import type { Finding } from '../core/index.js';
import type { Audit } from './audit.js';
import type { Tried } from './experiments/facts.js';

const EXPERIMENT = 'EXP01';

/**
 * Joins what rules found with what experiments proved: a finding gets its gain, and is as sure as can be. A rule that
 * could not tell is broken where its experiment says so. What found its rule is no finding of its own any more.
 */
export function proveFindings(
  findings: readonly Finding[],
  tried: readonly Tried[],
  audits: readonly Audit[],
): readonly Finding[] {
  let all = findings;
  for (const each of tried) {
    if (each.gain === null) continue;
    const proven = proveOne(all, each, audits);
    if (proven === null) continue;
    all = proven.filter(({ id, where }) => id !== EXPERIMENT || where !== each.experiment.name);
  }
  return all;
}

/** @returns null: there is no finding that it is about */
function proveOne(
  findings: readonly Finding[],
  tried: Tried,
  audits: readonly Audit[],
): readonly Finding[] | null {
  const { rules, breaks } = tried;
  const isBroken = ({ id, status, cappedBy }: Finding) =>
    rules.includes(id) && (status === 'fail' || (cappedBy !== undefined && breaks));
  if (findings.some(isBroken))
    return findings.map((finding) => (isBroken(finding) ? prove(finding, tried, audits) : finding));
  const [rule] = rules;
  const at = findings.findIndex(({ id }) => id === rule);
  if (!breaks || at < 0) return null;
  return findings.map((finding, i) => (i === at ? prove(finding, tried, audits) : finding));
}

function prove(finding: Finding, { experiment, gain, fix }: Tried, audits: readonly Audit[]): Finding {
  const { cappedBy: _, why, ...rest } = finding;
  const failed = finding.status === 'fail';
  const failureTitle = audits.find(({ id }) => id === finding.id)?.failureTitle ?? finding.title;
  return {
    ...rest,
    title: failed ? finding.title : failureTitle,
    status: 'fail',
    confidence: 'proven',
    evidence: {
      ...finding.evidence,
      experiment: experiment.name,
      arms: experiment.arms.map(({ name }) => name),
    },
    why: failed && why !== undefined ? `${why}. Measured: ${experiment.conclusion}` : experiment.conclusion,
    // What was measured goes before what was reckoned; a place in a file keeps its own.
    fix: failed && finding.fix !== undefined && finding.where !== undefined ? finding.fix : fix,
    ...(gain === null ? {} : { gain }),
  };
}
