import { type Advice, escapeText, type Finding } from '../core/index.js';
import { fixText } from './fix-text.js';

const LEVELS = { high: 'error', medium: 'warning', low: 'note' } as const;
const MOST_TEXT = 2000;

/**
 * SARIF 2.1.0, as code hosts show it beside the line: a result for each failure. Those suppressed are in it, marked;
 * what passed and what could not be judged is not, but for a failure that a self-check made uncertain.
 *
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/
 */
export function renderSarif(advice: Advice, version: string): string {
  const findings = [...advice.selfChecks, ...advice.findings].filter(
    ({ status, cappedBy, fix }) => status === 'fail' || (cappedBy !== undefined && fix !== undefined),
  );
  const rules = [...new Map(findings.map((finding) => [finding.id, finding])).values()];
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'zipfire',
            semanticVersion: version,
            rules: rules.map(({ id, title, severity, source }) => ({
              id,
              shortDescription: { text: text(title) },
              helpUri: source,
              defaultConfiguration: { level: LEVELS[severity] },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => resultOf(finding, rules)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function resultOf(finding: Finding, rules: readonly Finding[]) {
  const { id, title, severity, confidence, why, fix, suppressed, status } = finding;
  const location = locationOf(finding.where);
  return {
    ruleId: id,
    ruleIndex: rules.findIndex((rule) => rule.id === id),
    level: status === 'fail' ? LEVELS[severity] : 'note',
    message: {
      text: text(
        [title, why, fix === undefined ? undefined : `Fix: ${fixText(fix)}`].filter(Boolean).join('. '),
      ),
    },
    ...(location === null ? {} : { locations: [location] }),
    ...(suppressed === undefined
      ? {}
      : {
          suppressions: [
            {
              // Of a profile it stands beside the source, not in it.
              kind: /:\d+$/.test(suppressed.by) ? 'inSource' : 'external',
              justification: text(suppressed.reason),
            },
          ],
        }),
    properties: { confidence, severity, evidence: finding.evidence },
  };
}

/** A URL is no file; it stays in the message. */
function locationOf(where: string | undefined) {
  if (where === undefined || /^[a-z][a-z0-9+.-]*:\/\//i.test(where)) return null;
  const [, path = where, line] = /^(.*?)(?::(\d+))?$/s.exec(where) ?? [];
  // Half a surrogate pair, which a name of a file may hold, has no percent-encoding.
  const uri = path
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
  const region = line === undefined || Number(line) < 1 ? {} : { region: { startLine: Number(line) } };
  return { physicalLocation: { artifactLocation: { uri }, ...region } };
}

/** Lines stay lines; everything else that could move a cursor is made visible. */
function text(value: string): string {
  return value
    .split('\n')
    .map((line) => escapeText(line, { maxLength: MOST_TEXT }))
    .join('\n')
    .slice(0, MOST_TEXT);
}
