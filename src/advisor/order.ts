import type { Confidence, Finding, Severity } from '../core/index.js';

/** What comes before the colon decides: a sure trifle does not stand above a likely disaster. */
const severityWeight: Readonly<Record<Severity, number>> = { high: 9, medium: 3, low: 1 };
const confidenceWeight: Readonly<Record<Confidence, number>> = {
  static: 1,
  observed: 1.5,
  probed: 1.75,
  proven: 2,
};
const statusRank: Readonly<Record<Finding['status'], number>> = {
  fail: 0,
  error: 2,
  inconclusive: 3,
  pass: 4,
  notApplicable: 5,
};

/** Severity times confidence. */
function weightOf({ severity, confidence }: Finding): number {
  return severityWeight[severity] * confidenceWeight[confidence];
}

/**
 * What to do first stands first: failures by weight, then by gain, each behind the failures whose mending mends it
 * too; then those suppressed, errors, what could not be judged, what passed and what does not apply.
 *
 * @param after ids of the rules that come before a rule, by its id
 */
export function orderFindings(
  findings: readonly Finding[],
  after: ReadonlyMap<string, readonly string[]>,
): readonly Finding[] {
  const sorted = findings.toSorted(
    (a, b) =>
      rankOf(a) - rankOf(b) ||
      weightOf(b) - weightOf(a) ||
      gainOf(b) - gainOf(a) ||
      compareText(a.id, b.id) ||
      compareText(a.where ?? '', b.where ?? ''),
  );
  const waiting = sorted.filter((finding) => rankOf(finding) === 0);
  const placed: Finding[] = [];
  while (waiting.length > 0) {
    // Where rules wait for each other, the heaviest goes first.
    const next = Math.max(
      0,
      waiting.findIndex(({ id }) => !isHeldBack(id, waiting, after)),
    );
    placed.push(...waiting.splice(next, 1));
  }
  return [...placed, ...sorted.filter((finding) => rankOf(finding) !== 0)];
}

function isHeldBack(
  id: string,
  waiting: readonly Finding[],
  after: ReadonlyMap<string, readonly string[]>,
): boolean {
  const first = after.get(id) ?? [];
  return waiting.some((other) => other.id !== id && first.includes(other.id));
}

function rankOf(finding: Finding): number {
  return finding.status === 'fail' && finding.suppressed !== undefined ? 1 : statusRank[finding.status];
}

/** How far from 1, whichever way is better. */
function gainOf({ gain }: Finding): number {
  return gain === undefined || gain.ratio <= 0 ? 0 : Math.abs(Math.log(gain.ratio));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
