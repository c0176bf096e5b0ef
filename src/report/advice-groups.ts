import type { Finding } from '../core/index.js';

/** What is wrong in the same way at several places, or would fill the report with one rule. */
export interface FindingGroup {
  /** It is told in full. */
  readonly first: Finding;
  /** The same, to be mended in the same way, elsewhere. */
  readonly also: readonly Finding[];
  /** Others of the rule, which are told by their places alone; of its last group only. */
  readonly more: readonly Finding[];
}

/** Groups of one rule that are told in full. */
const MOST_OF_A_RULE = 5;

/** A failure that counts. */
export function isOpen({ status, suppressed }: Finding): boolean {
  return status === 'fail' && suppressed === undefined;
}

/** What is to be mended, in the order in which it stands: each thing once, with all of its places. */
export function groupsOf(findings: readonly Finding[]): readonly FindingGroup[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings.filter(isOpen)) {
    const key = likeness(finding);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  const shown = new Map<string, { first: Finding; also: Finding[]; more: Finding[] }[]>();
  const ordered: FindingGroup[] = [];
  for (const [first, ...also] of groups.values()) {
    if (first === undefined) continue;
    const ofRule = shown.get(first.id) ?? [];
    shown.set(first.id, ofRule);
    const last = ofRule.at(-1);
    if (last !== undefined && ofRule.length >= MOST_OF_A_RULE) {
      last.more.push(first, ...also);
      continue;
    }
    const group = { first, also, more: [] };
    ofRule.push(group);
    ordered.push(group);
  }
  return ordered;
}

/** Findings of one likeness are one thing to do. A fix may name the place that it is for. */
function likeness({ id, title, severity, confidence, why, fix, gain, where }: Finding): string {
  // Without a place it could not be told from the others.
  if (where === undefined || gain !== undefined) return JSON.stringify([id, title, where, gain, why, fix]);
  return JSON.stringify([id, title, severity, confidence, why, fix?.replaceAll(/[^\s,;]+:\d+/g, '')]);
}

/** `a.go:1, b.go:2 and 14 more places` */
export function placesText(findings: readonly Finding[], most: number): string {
  const places = findings.map(({ where }) => where ?? 'a place that is not known');
  const left = places.length - most;
  if (left <= 0) return places.join(', ');
  return `${places.slice(0, most).join(', ')} and ${left} more ${left === 1 ? 'place' : 'places'}`;
}
