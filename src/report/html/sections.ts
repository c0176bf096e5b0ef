import {
  errorKinds,
  formatBytes,
  formatCount,
  formatPercent,
  formatRateExact,
  formatSpan,
  formatUs,
  type LatencySummary,
  NO_DATA,
  type Result,
  type Summary,
} from '../../core/index.js';
import { formatChange, formatFigure } from '../compare.js';
import { gateTexts } from '../gate-value.js';
import { gateNotes } from '../gate-windows.js';
import { errorHint, readReason } from '../hints.js';
import { latencyText } from '../latency.js';
import { latencyNotes } from '../latency-notes.js';
import { renderPlan } from '../plan.js';
import { viewPlan } from '../plan-view.js';
import type { ReportContext } from '../report-format.js';
import { isJudged } from '../verdict.js';
import { verdictWords } from '../verdict-words.js';
import { html, type Markup, nothing, tableMarkup } from './markup.js';

const MOST_REASONS = 200;

const percentiles = [
  ['p50', 'p50', 2],
  ['p90', 'p90', 10],
  ['p95', 'p95', 20],
  ['p99', 'p99', 100],
  ['p99_9', 'p99.9', 1000],
  ['p99_99', 'p99.99', 10_000],
  ['max', 'max', null],
] as const satisfies readonly (readonly [keyof LatencySummary, string, number | null])[];

/** What the run says, and the figures people came for. */
export function verdictSection(result: Result): Markup {
  const { tone, headline } = verdictWords(result);
  const { summary } = result;
  const { response, lateness } = summary.latencyUs;
  const tiles = [
    ['QPS', formatRateExact(summary.qps)],
    ['P50', latencyText(response, 'p50', 2)],
    ['P99', latencyText(response, 'p99', 100)],
    ['max', formatUs(response.max)],
    ['errors', formatPercent(summary.sent > 0 ? summary.errorRate : null)],
    ...(summary.targetRate === null ? [] : [['lateness P99', formatUs(lateness.p99)]]),
  ];
  return html`<header>
<p class="name">${viewPlan(result.plan).name ?? 'zipfire'}</p>
<h1 class="${tone}">${headline}</h1>
${result.validity.valid ? nothing : reasons(result)}
<dl class="tiles">${tiles.map(([name = '', value = '']) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${gates(result)}
<pre tabindex="0" role="region" aria-label="Plan">${planLines(result).map((line) => html`${line}`)}</pre>
</header>`;
}

function planLines({ plan }: Result): string[] {
  return renderPlan(plan, { colour: false, width: 110, unicode: true }).trimEnd().split('\n');
}

function reasons({ validity }: Result): Markup {
  const items = validity.reasons.slice(0, MOST_REASONS).map((reason) => {
    const { code, fact, mend } = readReason(reason);
    return html`<li>${code === '' ? nothing : html`<b>${code}</b> `}${fact}${mend === null ? nothing : html`<br><span class="quiet">→ ${mend}</span>`}</li>`;
  });
  return html`<p>Do not judge the target by these figures:</p><ul class="reasons">${items}</ul>`;
}

function gates(result: Result): Markup {
  const judged = isJudged(result);
  const rows = result.gates.flatMap((gate) => {
    const { actual, limit } = gateTexts(gate);
    const held = gate.verdict === 'pass';
    const verdict = !judged
      ? html`<span class="quiet">not judged</span>`
      : html`<span class="${held ? 'good' : 'bad'}">${held ? '✓ holds' : gate.verdict === 'fail' ? '✗ failed' : '✗ no data'}</span>`;
    const notes = gate.verdict === 'pass' ? [] : gateNotes(gate);
    return [
      [html`<code>${gate.source}</code>`, actual, limit, verdict],
      ...notes.map((note) => [html`<span class="quiet">${note}</span>`]),
    ];
  });
  return tableMarkup('Gates', ['gate', 'actual', 'limit', 'verdict'], rows);
}

/** Everything else, as tables. */
export function detailSections(result: Result, baseline: ReportContext['baseline']): Markup {
  return html`${section('Comparison', comparison(baseline))}
${section('Latency', latencies(result))}
${section('Operations', operations(result))}
${section('Repeats', repeats(result))}
${section('Requests', requests(result))}
${section('Generator', generator(result))}
<footer>zipfire ${result.tool.version} · Node ${result.tool.node} · ${result.tool.platform} · ${formatCount(result.tool.cpus)} CPUs · ${result.startedAt} · seed ${result.seed}</footer>`;
}

function section(title: string, content: Markup): Markup {
  return content.markup.trim() === '' ? nothing : html`<section><h2>${title}</h2>${content}</section>`;
}

function comparison(baseline: ReportContext['baseline']): Markup {
  if (baseline === null) return nothing;
  const { comparison: compared, name } = baseline;
  const rows = compared.metrics.map(({ name: metric, unit, verdict, ...figures }) => [
    metric,
    formatFigure(figures.base.median, unit),
    formatFigure(figures.new.median, unit),
    figures.change === null ? NO_DATA : formatChange(figures.change),
    figures.p === null ? NO_DATA : figures.p < 0.001 ? '<0.001' : figures.p.toFixed(3),
    verdict === '~'
      ? html`<span class="quiet">~ not proven</span>`
      : html`<span class="${verdict === 'better' ? 'good' : 'bad'}">${verdict === 'better' ? '✓ better' : '✗ worse'}</span>`,
  ]);
  const table = tableMarkup(
    `Against ${name}`,
    ['metric', 'baseline', 'this run', 'change', 'p', 'verdict'],
    rows,
  );
  const warnings = compared.warnings.slice(0, MOST_REASONS).map((warning) => html`<li>${warning}</li>`);
  return warnings.length === 0 ? table : html`${table}<ul class="quiet">${warnings}</ul>`;
}

function latencies(result: Result): Markup {
  const { summary } = result;
  const { response, service, lateness, failed } = summary.latencyUs;
  const open = summary.targetRate !== null;
  const rows = [
    ['response', response] as const,
    ...(open ? [['service', service] as const, ['lateness', lateness] as const] : []),
    ['failed', failed] as const,
    ...(summary.messages === null ? [] : [['message', summary.messages.latencyUs] as const]),
  ].filter(([, latency]) => latency.count > 0);
  if (rows.length === 0) return nothing;
  const table = tableMarkup(
    open ? 'By where it is measured from' : 'Of all requests',
    ['', 'samples', 'min', 'mean', ...percentiles.map(([, title]) => title)],
    rows.map(([name, latency]) => [
      name,
      formatCount(latency.count),
      formatUs(latency.min),
      formatUs(latency.mean),
      ...percentiles.map(([key, , oneIn]) => latencyText(latency, key, oneIn)),
    ]),
  );
  return html`${table}<p class="quiet">${open ? 'Response runs from the intended start, service from the send, lateness is the generator’s own. ' : ''}A ~ stands before percentiles with few samples above them, a – where there is none.</p>${latencyNotes(result).map((note) => html`<p class="warn">${note}</p>`)}`;
}

function operations({ operations: all }: Result): Markup {
  if (all.length < 2) return nothing;
  return tableMarkup(
    'Figures of each operation',
    ['operation', 'sent', 'QPS', 'errors', 'p50', 'p99', 'max'],
    all.map((operation) => [
      operation.partOf === undefined ? operation.name : html`<span class="part">${operation.name}</span>`,
      ...figuresOf(operation),
    ]),
  );
}

function repeats({ runs }: Result): Markup {
  if (runs.length < 2) return nothing;
  return tableMarkup(
    'Repeats of the measured window',
    ['run', 'sent', 'QPS', 'errors', 'p50', 'p99', 'max'],
    runs.map((run, i) => [String(i + 1), ...figuresOf(run)]),
  );
}

function figuresOf({ sent, qps, errorRate, latencyUs: { response } }: Summary): string[] {
  return [
    formatCount(sent),
    formatRateExact(qps),
    formatPercent(errorRate),
    latencyText(response, 'p50', 2),
    latencyText(response, 'p99', 100),
    formatUs(response.max),
  ];
}

function requests(result: Result): Markup {
  const { summary, connections } = result;
  const plan = viewPlan(result.plan);
  const perSecond = (bytes: number) =>
    summary.durationSec > 0 ? `${formatBytes(bytes / summary.durationSec)}/s` : NO_DATA;
  const fate = [
    ['planned', formatCount(summary.planned)],
    ['sent', formatCount(summary.sent)],
    ['dropped', formatCount(summary.dropped)],
    ['unsent', formatCount(summary.unsent)],
    ['ok', formatCount(summary.ok)],
    ['errors', formatCount(summary.errors)],
    ['connections', formatCount(connections.opened)],
    ['reconnects', formatCount(connections.reconnects)],
    ['bytes in', `${formatBytes(summary.bytesIn)}, ${perSecond(summary.bytesIn)}`],
    ['bytes out', `${formatBytes(summary.bytesOut)}, ${perSecond(summary.bytesOut)}`],
  ];
  const kinds = errorKinds.filter((kind) => result.errorKinds[kind] > 0);
  const statuses = [...Object.entries(result.statuses), ...Object.entries(result.grpcStatuses)];
  return html`${tableMarkup('What became of the requests', ['', 'count'], fate)}
${tableMarkup(
  'Errors',
  ['kind', 'count', 'usually'],
  kinds.map((kind) => [kind, formatCount(result.errorKinds[kind]), errorHint(kind, plan)]),
  [2],
)}
${tableMarkup(
  'Statuses',
  ['status', 'count'],
  statuses.map(([status, count]) => [status, formatCount(count)]),
)}
${tableMarkup(
  'What was amiss',
  ['count', 'what'],
  result.faults.map(({ what, count }) => [formatCount(count), what]),
  [1],
)}
${tableMarkup(
  'Slowest traces',
  ['trace', 'latency', 'operation', 'status'],
  result.traces.map(({ traceId, us, operation, status }) => [
    traceId,
    formatUs(us),
    operation,
    String(status),
  ]),
  [2],
)}`;
}

/** Whether the figures are the target's, or the generator's. */
function generator({ generator: health, validity, summary }: Result): Markup {
  const rows = [
    ['measurement', validity.valid ? 'valid' : 'NOT VALID'],
    ['workers', formatCount(health.workers)],
    ['CPU', formatPercent(health.cpuPercent / 100)],
    ['event loop', health.spinning ? 'spins, to be punctual' : formatPercent(health.eventLoopUtilization)],
    ['garbage collection', formatSpan(health.gcMs / 1e3)],
    ['lateness p99', formatUs(summary.latencyUs.lateness.p99)],
    ...(health.scriptShare === undefined ? [] : [['script', formatPercent(health.scriptShare)]]),
  ];
  return tableMarkup('Whether the figures are the target’s', ['', 'value'], rows);
}
