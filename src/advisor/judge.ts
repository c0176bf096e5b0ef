import { escapeText, type Finding } from '../core/index.js';
import type { Audit, Outcome } from './audit.js';
import { type FactName, type Facts, factNames, type Gathered } from './facts.js';

/** What a rule says of what was gathered: one finding at least. A rule that throws is a finding, too, never a pass. */
export function judgeAudit(audit: Audit, gathered: Gathered): readonly Finding[] {
  const missing = missingNeed(audit, gathered);
  if (missing !== null) return [toFinding(audit, missing)];
  try {
    // Every need was seen to be there, and uses are optional.
    const facts = gathered.facts as Facts;
    const guarded = audit.guard?.(facts) ?? null;
    if (guarded !== null) return [toFinding(audit, { status: 'notApplicable', why: guarded, evidence: {} })];
    const outcomes = listOf(audit.run(facts));
    if (outcomes.length > 0) return outcomes.map((outcome) => toFinding(audit, outcome));
    return [
      toFinding(audit, { status: 'notApplicable', why: 'nothing here that it is about', evidence: {} }),
    ];
  } catch (error) {
    const message = escapeText(error instanceof Error ? error.message : String(error));
    return [
      {
        ...headOf(audit, audit.title),
        status: 'error',
        why: `a defect of this rule: ${message}`,
        evidence: {},
      },
    ];
  }
}

/** Asked for and not got is inconclusive; not asked for is not applicable, and says what to ask with. */
function missingNeed({ needs, needsAny = [] }: Audit, { facts, failed }: Gathered): Outcome | null {
  if (needsAny.length > 0 && needsAny.every((name) => facts[name] === undefined)) {
    const lost = needsAny.find((name) => failed[name] !== undefined);
    if (lost !== undefined) return { status: 'inconclusive', why: failed[lost] ?? '', evidence: {} };
    const wanted = needsAny.map((name) => factNames[name]).join(' or ');
    return { status: 'notApplicable', why: `needs ${wanted}`, evidence: {} };
  }
  const missing = needs.filter((name) => facts[name] === undefined);
  const broken = missing.find((name) => failed[name] !== undefined);
  if (broken !== undefined) return { status: 'inconclusive', why: failed[broken] ?? '', evidence: {} };
  if (missing.length === 0) return null;
  return { status: 'notApplicable', why: `needs ${wantedFor(missing)}`, evidence: {} };
}

/** What it takes to get them, each said once: a load gives two artifacts, and probes of something are probes. */
function wantedFor(missing: readonly FactName[]): string {
  const names = [...new Set(missing.map((name) => factNames[name]))];
  // A load over something is a load, and no probe of that is one.
  const ofLoad = names.find((name) => name.startsWith('a load over '));
  const wanted =
    ofLoad !== undefined && names.includes(factNames.load)
      ? names
          .filter((name) => name !== factNames.load)
          .map((name) => name.replace(/^(a load over [^,]*),.*/, '$1'))
      : names;
  const isImplied = wanted.some((one) => one.startsWith('probes of ') && one.endsWith('(--probe)'));
  return wanted.filter((one) => !(isImplied && one === factNames.probe)).join(' and ');
}

function listOf(outcomes: Outcome | readonly Outcome[]): readonly Outcome[] {
  return 'status' in outcomes ? [outcomes] : outcomes;
}

function toFinding(audit: Audit, outcome: Outcome): Finding {
  return { ...headOf(audit, outcome.status === 'fail' ? audit.failureTitle : audit.title), ...outcome };
}

function headOf({ id, severity, confidence, source }: Audit, title: string) {
  return { id, title, severity, confidence, source } as const;
}
