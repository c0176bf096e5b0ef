import {
  errorKinds,
  escapeText,
  formatCount,
  formatPercent,
  formatRateExact,
  type LatencySummary,
  type Result,
} from '../core/index.js';
import { chanceText, patternNames } from './diagnosis.js';
import { gateTexts } from './gate-value.js';
import { gateNotes } from './gate-windows.js';
import { readReason } from './hints.js';
import { latencyText } from './latency.js';
import { latencyNotes } from './latency-notes.js';
import { viewPlan } from './plan-view.js';
import type { ReportFormat } from './report-format.js';
import { isJudged } from './verdict.js';
import { verdictWords } from './verdict-words.js';

const MOST_ROWS = 50;
/** A tilde, which two of would strike out what is between them. */
const FEW = '&#126;';
const MOST_SUMMARY = 500;
const columns = [
  ['p50', 'p50', 2],
  ['p90', 'p90', 10],
  ['p99', 'p99', 100],
  ['p99_9', 'p99.9', 1000],
  ['max', 'max', null],
] as const satisfies readonly (readonly [keyof LatencySummary, string, oneIn: number | null])[];

/** A result as Markdown (GitHub's and GitLab's), for a pull request, a wiki or a job's summary: the verdict first. */
export function renderMarkdown(result: Result): string {
  const { name } = viewPlan(result.plan);
  const words = verdictWords(result);
  const sections = [
    `## ${markOf[words.tone]} ${words.headline}${name === null ? '' : ` – ${code(name)}`}`,
    ...(result.validity.valid ? [] : [reasons(result)]),
    figures(result),
    gates(result),
    operations(result),
    errors(result),
    diagnosis(result),
  ];
  const few = sections.join('').includes(FEW)
    ? `<sub>${FEW} fewer than 10 samples above it, – none</sub>`
    : '';
  sections.push(few, origin(result));
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

const markOf = { good: '✅', bad: '❌', warn: '⚠️', plain: '📊' } as const;

function reasons({ validity }: Result): string {
  const items = validity.reasons.slice(0, MOST_ROWS).map((reason) => {
    const { code: word, fact, mend } = readReason(reason);
    const head = word === '' ? '' : `**${outside(word)}** `;
    return `- ${head}${outside(fact)}${mend === null ? '' : ` → ${outside(mend)}`}`;
  });
  return `Do not judge the target by these figures:\n\n${items.join('\n')}`;
}

function diagnosis({ diagnosis: found }: Result): string {
  const items = (found?.patterns ?? [])
    .slice(0, MOST_ROWS)
    .map(
      ({ pattern, summary, evidence }) =>
        `- **${patternNames[pattern]}**: ${outside(summary, MOST_SUMMARY)}${chanceText(evidence)}`,
    );
  return items.length === 0 ? '' : `What ails it:\n\n${items.join('\n')}`;
}

function figures(result: Result): string {
  const { summary } = result;
  const { response, service } = summary.latencyUs;
  const open = summary.targetRate !== null;
  return [
    `**QPS ${formatRateExact(summary.qps)}** · **P99 ${latencies(response)[2]}** · **errors ${formatPercent(summary.errorRate)}** · ${formatCount(summary.sent)} sent`,
    table(
      ['latency', 'samples', ...columns.map(([, title]) => title)],
      [['response', response] as const, ...(open ? [['service', service] as const] : [])].map(
        ([label, latency]) => [label, formatCount(latency.count), ...latencies(latency)],
      ),
    ),
    ...latencyNotes(result).map((note) => `⚠️ ${outside(note)}`),
  ].join('\n\n');
}

/** By column. */
function latencies(latency: LatencySummary): string[] {
  return columns.map(([key, , oneIn]) => latencyText(latency, key, oneIn).replace('~', FEW));
}

function gates(result: Result): string {
  const judged = isJudged(result);
  const rows = result.gates.slice(0, MOST_ROWS).map((gate) => {
    const { actual, limit } = gateTexts(gate);
    const mark = !judged ? 'not judged' : gate.verdict === 'pass' ? '✅' : '❌';
    return [code(gate.source), actual, limit, mark];
  });
  if (rows.length === 0) return '';
  const notes = result.gates
    .slice(0, MOST_ROWS)
    .filter(({ verdict }) => judged && verdict !== 'pass')
    .flatMap((gate) => gateNotes(gate).map((note) => `- ${code(gate.source)}: ${outside(note)}`));
  return [
    table(['gate', 'actual', 'limit', ''], rows),
    ...(notes.length === 0 ? [] : [notes.join('\n')]),
  ].join('\n\n');
}

function operations({ operations: all }: Result): string {
  if (all.length < 2) return '';
  const rows = all
    .slice(0, MOST_ROWS)
    .map(({ name, qps, errorRate, latencyUs }) => [
      code(name),
      formatRateExact(qps),
      formatPercent(errorRate),
      ...latencies(latencyUs.response),
    ]);
  return table(['operation', 'QPS', 'errors', ...columns.map(([, title]) => title)], rows);
}

function errors({ errorKinds: counts }: Result): string {
  const rows = errorKinds
    .filter((kind) => counts[kind] > 0)
    .sort((a, b) => counts[b] - counts[a])
    .map((kind) => [kind, formatCount(counts[kind])]);
  return rows.length === 0 ? '' : table(['error', 'requests'], rows);
}

function origin({ tool, startedAt }: Result): string {
  const cpus = `${tool.cpus} CPU${tool.cpus === 1 ? '' : 's'}`;
  return `<sub>zipfire ${outside(tool.version)} · Node ${outside(tool.node)} · ${outside(tool.platform)} · ${cpus} · ${outside(startedAt)}</sub>`;
}

/** The first column is text, the others are figures. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, i) => (i === 0 ? ':---' : '---:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

function code(text: string): string {
  return `<code>${outside(text)}</code>`;
}

/**
 * Text from outside: made visible and bounded, and whatever Markdown or HTML might read something into as a character
 * reference, which is never read as syntax.
 */
function outside(text: string, maxLength?: number): string {
  return escapeText(text, maxLength === undefined ? {} : { maxLength })
    .replace(/[&<>"`*_[\]|\\~#!@$^{}+]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/:(?=\/\/)/g, '&#58;')
    .replace(/www\./gi, (match) => `${match.slice(0, 3)}&#46;`);
}

export const markdown: ReportFormat = {
  flag: 'markdown',
  description: 'write a summary as Markdown, for a pull request',
  render: renderMarkdown,
};
