import type { Finding } from '../core/index.js';

/** A wish that a rule's failures do not count, with the reason. */
export interface Suppression {
  /** Of the rule. */
  readonly id: string;
  readonly reason: string;
  /** The file that it stands in, and that it is for; null: for everything. */
  readonly path: string | null;
  /** Where it stands, for the report: `main.go:12`, or `advise.ignore of the profile`. */
  readonly by: string;
}

/** `# zipfire-ignore KA09, MEM01: why`, behind whatever begins a comment in the file's language. */
const IGNORE = /zipfire-ignore\s+([A-Z]{1,4}\d+(?:\s*,\s*[A-Z]{1,4}\d+)*)\s*(:?)\s*(.*)/i;
/** Meant as one, behind what begins a comment, and names no rule. */
const NAMELESS = /(?:#|\/\/|\/\*|;|--|\{\{-?)\s*zipfire-ignore\b/i;
const MOST_REASON = 300;
const MOST_SUPPRESSIONS = 1000;

/** What a file wants ignored. It holds for the whole file: a fault often shows on another line than its cause. */
export interface FileSuppressions {
  readonly suppressions: readonly Suppression[];
  /** What is meant to be one and has no reason, so that it does not count. */
  readonly problems: readonly string[];
}

export function readSuppressions(text: string, path: string): FileSuppressions {
  const suppressions: Suppression[] = [];
  const problems: string[] = [];
  // Most files have none, and need no splitting.
  const lines = text.includes('zipfire-ignore') ? text.split('\n') : [];
  for (const [index, line] of lines.entries()) {
    const [, ids = '', colon, rest = ''] = IGNORE.exec(line) ?? [];
    const by = `${path}:${index + 1}`;
    if (ids === '' && NAMELESS.test(line))
      problems.push(`${by}: zipfire-ignore names no rule, so it does not count; zipfire-ignore KA09: why`);
    if (ids === '' || suppressions.length >= MOST_SUPPRESSIONS) continue;
    // The end of a comment in C, HTML or a template is no reason.
    const reason = rest.replace(/\s*(\*\/|-->|\*?-?}})\s*$/, '').trim();
    if (colon === '' || reason === '') {
      problems.push(
        `${by}: zipfire-ignore ${ids} has no reason, so it does not count; zipfire-ignore ${ids}: why`,
      );
      continue;
    }
    for (const id of ids.split(','))
      suppressions.push({ id: id.trim().toUpperCase(), reason: reason.slice(0, MOST_REASON), path, by });
  }
  return { suppressions, problems };
}

/** The one that is for a finding, if any. A `where` is a path, or a path and a line. */
export function suppressionOf(
  finding: Finding,
  suppressions: readonly Suppression[],
): Suppression | undefined {
  const file = finding.where?.replace(/:\d+(:\d+)?$/, '');
  return suppressions.find(({ id, path }) => id === finding.id && (path === null || path === file));
}
