import type { Advice, Finding } from '../core/index.js';
import type { Looked } from './artifacts.js';
import type { Audit } from './audit.js';
import { audits as everyAudit } from './audits/index.js';
import { doubtsOn } from './doubts.js';
import type { Gathered } from './facts.js';
import { judgeAudit } from './judge.js';
import { orderFindings } from './order.js';
import { proveFindings } from './prove.js';
import { type Suppression, suppressionOf } from './suppress.js';

export interface AdviseOptions extends Omit<Looked, 'suppressions'> {
  readonly suppressions?: Looked['suppressions'];
  /** Default: all. */
  readonly audits?: readonly Audit[];
}

/** Runs the rules over what was gathered: self-checks first, which decide what the others may claim. */
export function advise(options: AdviseOptions): Advice {
  const { target, gathered, audits = everyAudit, notes = [] } = options;
  const { tried, best, notes: told } = gathered.facts.experiments ?? { tried: [], best: {}, notes: [] };
  // Some rules are judged by files and by what lives, each in a file of its own.
  const after = new Map<string, readonly string[]>();
  for (const { id, after: first = [] } of audits) after.set(id, [...(after.get(id) ?? []), ...first]);
  const suppressions = [...(gathered.facts.suppressions ?? []), ...(options.suppressions ?? [])];
  const used = new Set<Suppression>();
  const judge = (some: readonly Audit[]) =>
    some.flatMap((audit) =>
      judgeAudit(audit, gathered).map((finding) => suppress(finding, suppressions, used)),
    );
  const selfChecks = orderFindings(judge(audits.filter(isSelfCheck)), after);
  // Those suppressed count, too: what a reason makes acceptable still bends the figures.
  const unfit = selfChecks.filter(({ status }) => status === 'fail');
  const capped = audits
    .filter((audit) => !isSelfCheck(audit))
    .flatMap((audit) => judge([audit]).map((finding) => cap(finding, doubtsOn(audit, finding, unfit))));
  const proven = proveFindings(capped, tried, audits).map((finding) =>
    finding.suppressed === undefined ? suppress(finding, suppressions, used) : finding,
  );
  const findings = orderFindings(proven, after);
  return {
    schema: 'zipfire.advice/1',
    target,
    verdict: verdictOf(selfChecks, findings),
    selfChecks,
    findings,
    experiments: tried.map(({ experiment }) => experiment),
    best,
    notes: [...notes, ...told, ...failureNotes(gathered), ...unusedNotes(suppressions, used, audits)],
  };
}

function isSelfCheck({ id }: { readonly id: string }): boolean {
  return /^S\d/.test(id);
}

function suppress(finding: Finding, suppressions: readonly Suppression[], used: Set<Suppression>): Finding {
  if (finding.status !== 'fail') return finding;
  const suppression = suppressionOf(finding, suppressions);
  if (suppression === undefined) return finding;
  used.add(suppression);
  return { ...finding, suppressed: { reason: suppression.reason, by: suppression.by } };
}

/** Neither a failure nor a pass stands on figures that may be the generator's own. */
function cap(finding: Finding, unfit: readonly string[]): Finding {
  if (unfit.length === 0 || (finding.status !== 'fail' && finding.status !== 'pass')) return finding;
  const reason = `the generator was not fit to judge it (${unfit.join(', ')})`;
  const seen = finding.status === 'fail' && finding.why !== undefined ? `; what it saw: ${finding.why}` : '';
  return { ...finding, status: 'inconclusive', why: `${reason}${seen}`, cappedBy: unfit };
}

function verdictOf(selfChecks: readonly Finding[], findings: readonly Finding[]): Advice['verdict'] {
  if (findings.some(({ status, suppressed }) => status === 'fail' && suppressed === undefined)) return 'mend';
  // A check that puts little in doubt does not stand in the way where nothing of that was looked at.
  const unfit = selfChecks.some(({ status, doubts }) => status === 'fail' && doubts === undefined);
  if (unfit || findings.some(({ cappedBy }) => cappedBy !== undefined)) return 'inconclusive';
  return findings.some(({ status }) => status === 'pass' || status === 'fail') ? 'fine' : 'nothing-judged';
}

/** Each reason once, with all that is missing for it. */
function failureNotes({ failed }: Gathered): string[] {
  const names = new Map<string, string[]>();
  for (const [name, reason] of Object.entries(failed))
    names.set(reason, [...(names.get(reason) ?? []), name]);
  return [...names].map(([reason, each]) => `${each.join(', ')}: ${reason}`);
}

function unusedNotes(
  suppressions: readonly Suppression[],
  used: ReadonlySet<Suppression>,
  audits: readonly Audit[],
): string[] {
  const known = new Set([...everyAudit, ...audits].map(({ id }) => id));
  return suppressions
    .filter((suppression) => !used.has(suppression))
    .map(({ id, by }) =>
      known.has(id)
        ? `${by} ignores ${id}, which found nothing there`
        : `${by} ignores ${id}, and there is no such rule: docs/rules/index.md lists them`,
    );
}
