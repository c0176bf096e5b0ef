import {
  formatPercent,
  formatRate,
  formatSpan,
  formatUs,
  type Result,
  type SignalEvidence,
  type SignalSecond,
} from '../../core/index.js';
import { chanceText, patternNames } from '../diagnosis.js';
import { figure } from './figure.js';
import { html, type Markup, nothing, tableMarkup } from './markup.js';
import type { SignalData } from './page-data.js';

const MOST_PATTERNS = 8;
const MOST_ROWS = 30;

/** What ails the run, pattern by pattern, with the figures that each rests on. */
export function diagnosisSection({ diagnosis, signals }: Result): Markup {
  if (diagnosis === undefined) return nothing;
  const { patterns, stalls = [], why, judgedSeconds } = diagnosis;
  const shown = patterns.slice(0, MOST_PATTERNS);
  const calm = why === undefined ? `Nothing stands out in ${judgedSeconds} seconds.` : `Not judged: ${why}.`;
  const items = shown.map(
    ({ pattern, summary, evidence }) =>
      html`<li><b>${patternNames[pattern]}</b>: ${summary}${chanceText(evidence)}</li>`,
  );
  const figures = shown.flatMap(({ pattern, evidence }) =>
    evidence.map(({ signal, during, baseline }) => [
      patternNames[pattern],
      signal,
      figureText(signal, during),
      figureText(signal, baseline),
    ]),
  );
  const lengths = stalls
    .slice(0, MOST_ROWS)
    .map(({ t, ms, cause }) => [formatSpan(t), formatUs(1000 * ms), patternNames[cause]]);
  const missing = signals?.missing ?? [];
  return html`<section><h2>Diagnosis</h2>
${shown.length === 0 ? html`<p>${calm}</p>` : html`<ul class="reasons">${items}</ul>`}
${missing.length === 0 ? nothing : html`<p class="quiet">Not seen: ${missing.map(({ signal, why: reason }) => `${signal}: ${reason}`).join('; ')}.</p>`}
${figures.length === 0 ? nothing : html`<details><summary>The figures</summary>${tableMarkup('Figures that this rests on', ['pattern', 'figure', 'then', 'else'], figures)}</details>`}
${lengths.length === 0 ? nothing : html`<details><summary>Stalls</summary>${tableMarkup('Stalls, in which no response came', ['at', 'length', 'cause'], lengths)}</details>`}
</section>`;
}

/** The service along the timeline, beneath its latencies. */
export function signalCharts({ signals }: Result, data: SignalData | null): Markup {
  if (signals === undefined || data === null) return nothing;
  const { seconds, processes, cpuLimit } = signals;
  const step = Math.ceil(seconds.length / MOST_ROWS);
  const rows = seconds
    .filter((_, i) => i % step === 0)
    .map((second) => [formatSpan(second.t), ...columns.map(([name]) => figureText(name, second[name]))]);
  const who = processes > 1 ? `the ${processes} processes of the service` : 'the service';
  return html`${figure(
    'service-cpu',
    'CPU of the service',
    `CPUs that ${who} used in each second${cpuLimit === null ? '' : `, of ${Number(cpuLimit.toFixed(2))}`}, and its busiest thread.`,
    tableMarkup('Signals of the service', ['time', ...columns.map(([, title]) => title)], rows),
  )}
${figure(
  'service-held',
  'What held the service up',
  'Milliseconds of each second in which a collector paused it, a CPU quota held it, its threads waited for a CPU (their sum), and in which it did next to nothing.',
  nothing,
)}`;
}

const columns = [
  ['cpuCores', 'CPUs'],
  ['busiestThread', 'busiest thread'],
  ['gcMs', 'collector'],
  ['throttledMs', 'quota'],
  ['runQueueMs', 'waiting for a CPU'],
  ['quietMs', 'quiet'],
  ['voluntaryPerSec', 'switches/s'],
  ['involuntaryPerSec', 'involuntary/s'],
  ['cacheMissRatio', 'cache misses'],
  ['rttMs', 'round trip'],
  ['residentBytes', 'memory'],
] as const satisfies readonly (readonly [keyof SignalSecond, string])[];

const MIB = 2 ** 20;

/** A figure in the unit that its name says. */
function figureText(signal: SignalEvidence['signal'], value: number | null): string {
  if (value === null) return '–';
  if (signal.endsWith('Us')) return formatUs(value);
  if (signal.endsWith('Ms')) return formatUs(1000 * value);
  if (signal.endsWith('Bytes')) return `${(value / MIB).toFixed(0)} MiB`;
  if (signal === 'qps' || signal.endsWith('PerSec')) return formatRate(value);
  if (/Ratio|Share|Utilization|wantedCpu/.test(signal)) return formatPercent(value);
  return String(Number(value.toPrecision(3)));
}
