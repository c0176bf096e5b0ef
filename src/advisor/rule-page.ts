import type { Audit } from './audit.js';
import { factNames } from './facts.js';

/** Pages of the rules by file name, each with a pointer to what it rests on; `index.md` lists them. */
export function rulePages(audits: readonly Audit[]): ReadonlyMap<string, string> {
  const byId = new Map<string, Audit[]>();
  for (const audit of audits) byId.set(audit.id, [...(byId.get(audit.id) ?? []), audit]);
  const pages = new Map<string, string>();
  const sorted = [...byId].toSorted(([a], [b]) => a.localeCompare(b, 'en'));
  for (const [id, ways] of sorted) pages.set(`${id}.md`, pageOf(id, ways));
  const rows = sorted.map(
    ([id, [audit]]) => `| [${id}](${id}.md) | ${audit?.title ?? ''} | ${audit?.severity ?? ''} |`,
  );
  pages.set(
    'index.md',
    [
      '# The rules of the tuning advisor',
      '',
      '| rule | holds when | severity |',
      '|---|---|---|',
      ...rows,
      '',
    ].join('\n'),
  );
  return pages;
}

/** A rule may be judged in several ways: by files, and by what lives. */
function pageOf(id: string, ways: readonly Audit[]): string {
  const sections = ways.flatMap((audit) => {
    const {
      title,
      failureTitle,
      severity,
      confidence,
      doc,
      versions,
      fix,
      source,
      needs,
      needsAny = [],
      underLoad,
      contention,
    } = audit;
    const any = needsAny.map((name) => factNames[name]).join(' or ');
    const wanted = [...needs.map((name) => factNames[name]), ...(any === '' ? [] : [any])].join(', ');
    return [
      `## ${failureTitle}`,
      '',
      doc,
      '',
      `- Holds: ${title}.`,
      `- Severity: ${severity}. Confidence: ${confidence}.`,
      `- Needs: ${wanted === '' ? 'what any of the sources gives' : wanted}.`,
      `- Where it applies: ${versions}.`,
      `- Rests on the load: ${underLoad ? `yes; a generator that is not fit makes it inconclusive. ${sharing(contention)}.` : 'no.'}`,
      '',
      `**Fix.** ${fix}`,
      '',
      `Source: <${source}>`,
      '',
    ];
  });
  return [`# ${id}`, '', ...sections].join('\n');
}

/** What remains of it where the generator takes CPU from the target (S04). */
function sharing(contention: Audit['contention']): string {
  switch (contention) {
    case 'neither':
      return 'Where target and generator share CPUs, it stands';
    case 'worsens':
      return 'Where target and generator share CPUs, only a pass stands';
    case 'eases':
      return 'Where target and generator share CPUs, only a failure stands';
    case undefined:
      return 'So do CPUs that target and generator share';
  }
}
