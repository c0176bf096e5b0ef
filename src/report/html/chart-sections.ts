import {
  formatCount,
  formatPercent,
  formatRate,
  formatRateExact,
  formatSpan,
  formatUs,
  type RankBand,
  type Result,
} from '../../core/index.js';
import { signalCharts } from './diagnosis-section.js';
import { figure } from './figure.js';
import { html, type Markup, nothing, tableMarkup } from './markup.js';
import type { HeatData, PageData, TimelineData } from './page-data.js';

/** Rows of a table that stands beside a chart: enough to read its course. */
const MOST_ROWS = 30;
const HEAT_WORDS = 'Responses by second and latency, the stronger the colour the more';

/** A figure for each chart, which the script fills, with what it shows in words and as a table. */
export function chartSections(result: Result, data: PageData): Markup {
  return html`${percentiles(result, data)}
${data.timeline === null ? nothing : timelines(result, data.timeline)}
${signalCharts(result, data.signals)}
${data.heat === null ? nothing : heatMap(data.heat)}
${data.keys.map(({ name }, i) => keys(name, i, result))}
${moreKeys(result, data)}`;
}

/** Empty figures of a run that goes on, in the order of the report. */
export function liveFigures(): Markup {
  const figures = [
    ['percentiles', 'Latency by percentile', 'Response time by percentile, measured so far.'],
    [
      'rate',
      'Rate and errors',
      'Responses and errors of each second; red at the foot where there were errors.',
    ],
    ['latency', 'Latency over time', 'P50, P99 and highest response time of each second.'],
    ['heat', 'Heat map', `${HEAT_WORDS}.`],
  ] as const;
  return html`${figures.map(([id, title, words]) => figure(id, title, words, nothing))}`;
}

function percentiles({ summary }: Result, { curves }: PageData): Markup {
  if (curves.length === 0) return nothing;
  const { response } = summary.latencyUs;
  const rows = curves.flatMap(({ label, nines, us }) =>
    nines.flatMap((nine, i) =>
      Number.isInteger(nine * 2) ? [[label, percentileName(nine), formatUs(us[i] ?? null)]] : [],
    ),
  );
  return figure(
    'percentiles',
    'Latency by percentile',
    `Response time by percentile: p50 ${formatUs(response.p50)}, p99 ${formatUs(response.p99)}, highest ${formatUs(response.max)}.`,
    tableMarkup('Latency by percentile', ['curve', 'percentile', 'latency'], rows),
  );
}

function percentileName(nines: number): string {
  return `p${Number((100 * (1 - 10 ** -nines)).toPrecision(nines < 1 ? 3 : Math.ceil(nines) + 1))}`;
}

function timelines({ summary, gates }: Result, timeline: TimelineData): Markup {
  const step = Math.ceil(timeline.t.length / MOST_ROWS);
  const rows = timeline.t.flatMap((t, i) =>
    i % step === 0
      ? [
          [
            formatSpan(t),
            formatRateExact(timeline.qps[i] ?? null),
            formatUs(timeline.p50Us[i] ?? null),
            formatUs(timeline.p99Us[i] ?? null),
            formatUs(timeline.maxUs[i] ?? null),
            formatRateExact(timeline.errors[i] ?? null),
          ],
        ]
      : [],
  );
  const worst = timeline.p99Us.filter((us) => us !== null);
  const table = tableMarkup(
    step === 1 ? 'Timeline' : `Timeline, every ${step}th point`,
    ['time', 'QPS', 'P50', 'P99', 'max', 'errors/s'],
    rows,
  );
  const shaded = brokenText(timeline, gates);
  const rate = `Responses and errors per second: ${formatRate(summary.qps)} on average, ${formatCount(summary.errors)} errors in all.${summary.errors > 0 ? ' Red at the foot: where there were errors.' : ''}${repeatsText(timeline)}${shaded}`;
  // Axes without a line would be those of a measurement that there was not.
  if (worst.length === 0) return figure('rate', 'Rate and errors', rate, table);
  return html`${figure('rate', 'Rate and errors', rate, nothing)}
${figure('latency', 'Latency over time', `P50, P99 and highest response time of each second; the highest P99 is ${formatUs(Math.max(...worst))}.${shaded}${spikesText(timeline)}`, table)}`;
}

function repeatsText({ repeats }: TimelineData): string {
  return repeats.length === 0
    ? ''
    : ` ${formatCount(repeats.length + 1)} runs, one after another, with dashed lines between them.`;
}

function spikesText({ spikes }: TimelineData): string {
  if (spikes.length === 0) return '';
  const shown = spikes.slice(0, 10).map(([t, cause]) => `${formatSpan(t - 0.5)} ${cause}`);
  return ` Dotted: where the tail stands out (${shown.join(', ')}${spikes.length > 10 ? ', …' : ''}).`;
}

function brokenText({ broken }: TimelineData, gates: Result['gates']): string {
  if (broken.length === 0) return '';
  const spans = broken
    .slice(0, 10)
    .map(([fromSec, toSec]) => `${formatSpan(fromSec)} to ${formatSpan(toSec)}`);
  const isCut = gates.some(({ windows }) =>
    windows ? windows.total - windows.held > windows.broken.length : false,
  );
  return ` Shaded: ${isCut ? 'the first ' : ''}windows that broke a gate (${spans.join(', ')}${broken.length > 10 ? ', …' : ''}).`;
}

function heatMap(heat: HeatData): Markup {
  const totals = new Array<number>(heat.bands).fill(0);
  for (const cells of heat.cells)
    for (let i = 0; i + 1 < cells.length; i += 2)
      totals[cells[i] as number] = (totals[cells[i] as number] ?? 0) + (cells[i + 1] as number);
  const all = totals.reduce((sum, count) => sum + count, 0);
  const edge = (band: number) => formatUs(10 ** ((heat.first + band) / heat.perDecade), 2);
  const rows = totals.flatMap((count, band) =>
    count === 0
      ? []
      : [[`${edge(band)} to ${edge(band + 1)}`, formatCount(count), formatPercent(count / all)]],
  );
  return figure(
    'heat',
    'Heat map',
    `${HEAT_WORDS}: from ${edge(0)} to ${edge(heat.bands)}.`,
    tableMarkup('Responses by latency', ['latency', 'responses', 'share'], rows),
    heatScale(heat),
  );
}

/** What the weakest and the strongest colour stand for; between them it follows the logarithm. */
function heatScale({ cells, lengthSec }: HeatData): Markup {
  const rates = cells.flatMap((row, i) =>
    row.filter((_, j) => j % 2 === 1).map((count) => count / (lengthSec[i] || 1)),
  );
  const most = rates.reduce((highest, rate) => Math.max(highest, rate), 0);
  return html`<p class="scale" aria-hidden="true">one response <span class="ramp"></span> ${formatRateExact(most)} a second</p>`;
}

function keys(name: string, index: number, { keys: all }: Result): Markup {
  const statistics = Object.entries(all).find(([each]) => each.slice(0, 60) === name)?.[1];
  if (statistics === undefined) return nothing;
  const { ranks = [], distribution, distinct, drawn, examined, top1Share, top10Share } = statistics;
  const step = Math.ceil(ranks.length / MOST_ROWS);
  const rows = ranks
    .filter((_, i) => i % step === 0)
    .map((band) => [rankName(band), formatPercent(band.share), formatPercent(band.expected)]);
  return figure(
    `keys-${index}`,
    `Keys drawn: ${name}`,
    `Share of the draws by rank of the key, beside what ${distribution} gives: ${formatCount(distinct)} distinct keys in ${formatCount(examined)}${examined === drawn ? '' : ` of ${formatCount(drawn)}`} draws, the top key ${formatPercent(top1Share)}, the top ten ${formatPercent(top10Share)}.`,
    tableMarkup(`Draws of ${name} by rank`, ['ranks', 'drawn', 'expected'], rows),
  );
}

/** Of many sets of keys not all are drawn. */
function moreKeys({ keys: all }: Result, { keys: drawn }: PageData): Markup {
  const more = Object.values(all).filter(({ ranks = [] }) => ranks.length > 1).length - drawn.length;
  return more <= 0
    ? nothing
    : html`<p class="quiet">Keys of ${formatCount(more)} more: the JSON (--out) has them.</p>`;
}

function rankName({ first, last }: RankBand): string {
  return first === last ? formatCount(first) : `${formatCount(first)} to ${formatCount(last)}`;
}
