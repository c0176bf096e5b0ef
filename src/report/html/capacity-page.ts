import {
  type CapacityResult,
  type CapacityStep,
  formatCount,
  formatPercent,
  formatRateExact,
  formatUs,
} from '../../core/index.js';
import {
  capacitySentence,
  limitRunsText,
  perSecond,
  runSigns,
  slotsText,
  slotsWord,
} from '../capacity-sentence.js';
import { patternNames } from '../diagnosis.js';
import type { PageAssets } from '../report-format.js';
import { renderDocument } from './document.js';
import { html, type Markup, nothing, tableMarkup } from './markup.js';

/** A capacity as one HTML file that fetches nothing, and has no script: its curve is in the markup. */
export function renderCapacityPage(
  result: CapacityResult,
  { style }: Pick<PageAssets, 'style'>,
  version: string,
): string {
  const { name, gates, warnings, steps } = result;
  return renderDocument({
    title: `Capacity of ${name} – zipfire`,
    body: html`<main>
<header>
<p class="name">${name}</p>
<h1 class="${result.valid ? 'good' : 'warn'}">${capacitySentence(result)}</h1>
${gates.length === 0 ? nothing : html`<p class="quiet">Gates: ${gates.join(' · ')}</p>`}
</header>
${warnings.length === 0 ? nothing : html`<ul class="reasons">${warnings.map((text) => html`<li>${text}</li>`)}</ul>`}
${limitSection(result)}
${curveSection(result)}
<section><h2>Steps</h2>
${stepTable(result, steps)}
${lawText(result)}
</section>
<footer>zipfire ${version} · ${result.startedAt}</footer>
</main>`,
    assets: { script: '', style },
    connects: false,
  });
}

function limitSection({ limit }: CapacityResult): Markup {
  if (limit === undefined) return nothing;
  const { patterns, unproven, summary, target, why } = limit;
  const items = patterns.map(
    ({ pattern, summary: text }) => html`<li><b>${patternNames[pattern]}</b>: ${text}</li>`,
  );
  const missing = target?.missing ?? [];
  return html`<section><h2>What the service ran out of</h2>
${items.length === 0 ? html`<p>${summary}</p>` : html`<ul class="reasons">${items}</ul>`}
${
  unproven.length === 0 || items.length === 0
    ? nothing
    : html`<p class="quiet">No proof, as it was so with room left, too: ${unproven.map((each) => each.summary).join('; ')}.</p>`
}
${why === undefined ? html`<p class="quiet">In ${limitRunsText(limit)}.</p>` : nothing}
${missing.length === 0 ? nothing : html`<p class="quiet">Not seen: ${missing.map((each) => `${each.signal}: ${each.why}`).join('; ')}.</p>`}
</section>`;
}

function stepTable(result: CapacityResult, steps: readonly CapacityStep[]): Markup {
  const byRate = result.varied === 'rate';
  const watched = steps.some(({ signals }) => signals !== undefined);
  const head = [
    byRate ? 'rate' : slotsWord(result),
    'qps',
    'errors',
    'p50',
    'p99',
    ...(watched ? ['cpu'] : []),
    'runs',
    '',
  ];
  const rows = steps.map((step) => {
    const { rate, connections, achieved, errorRate, p50Us, p99Us, signals, verdict, runs } = step;
    const cores = signals?.cpuCores ?? null;
    const why = verdict === 'pass' ? '' : (runs.findLast((run) => run.why !== null)?.why ?? '');
    return [
      byRate ? perSecond(rate) : formatCount(connections),
      formatRateExact(achieved),
      formatPercent(errorRate),
      formatUs(p50Us),
      formatUs(p99Us),
      ...(watched ? [cores === null ? '–' : cores.toFixed(2)] : []),
      runSigns(step),
      `${step.flaps ? 'flaps ' : ''}${why}`,
    ];
  });
  return tableMarkup('Steps, and how their runs ended', head, rows, [head.length - 1]);
}

function lawText(result: CapacityResult): Markup {
  const { usl, knee } = result;
  const bend =
    knee === null
      ? nothing
      : html`<p>Knee: ${knee.rate === null ? slotsText(result, knee.connections) : perSecond(knee.rate)}, P99 ${formatUs(knee.p99Us)}.</p>`;
  if (usl === null) return bend;
  const doubts = usl.fits ? '' : ` It does not fit: ${usl.reasons.join('; ')}.`;
  return html`${bend}<p>Universal Scalability Law: σ ${formatPercent(usl.sigma, 3)}, κ ${usl.kappa.toPrecision(3)}, R² ${usl.r2.toFixed(3)}.${doubts}</p>`;
}

const WIDTH = 640;
const HEIGHT = 220;
const MARGIN = 8;

/** P99 by rate, or throughput by connections, a dot for each step. Its figures are in the table. */
function curveSection(result: CapacityResult): Markup {
  const byRate = result.varied === 'rate';
  const points = result.steps.flatMap((step) => {
    const [x, y] = byRate ? [step.rate, step.p99Us] : [step.connections, step.achieved];
    return x === null || y === null || y <= 0 ? [] : [{ x, y, passed: step.ok === true }];
  });
  if (points.length < 2) return nothing;
  const xs = scale(
    points.map(({ x }) => x),
    byRate ? 'linear' : 'log',
  );
  const ys = scale(
    points.map(({ y }) => y),
    byRate ? 'log' : 'linear',
  );
  const dots = points.map(({ x, y, passed }) => {
    const [cx, cy] = [MARGIN + xs(x) * (WIDTH - 2 * MARGIN), HEIGHT - MARGIN - ys(y) * (HEIGHT - 2 * MARGIN)];
    return passed
      ? html`<circle cx="${cx.toFixed(1)}" cy="${cy.toFixed(1)}" r="5"/>`
      : html`<path class="median" d="M${(cx - 5).toFixed(1)} ${(cy - 5).toFixed(1)}l10 10m0 -10l-10 10"/>`;
  });
  const title = byRate ? 'P99 by rate' : `Throughput by ${slotsWord(result)}`;
  const show = byRate ? (value: number) => formatUs(value) : perSecond;
  const [least, most] = [Math.min(...points.map(({ y }) => y)), Math.max(...points.map(({ y }) => y))];
  return html`<section><h2>${title}</h2>
<figure class="arms">
<div class="arm"><svg role="img" aria-label="${title}; its figures are in the table" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="100%"><line class="rail" x1="0" x2="${WIDTH}" y1="${HEIGHT}" y2="${HEIGHT}"/><line class="rail" x1="0" x2="0" y1="0" y2="${HEIGHT}"/>${dots}</svg></div>
<figcaption>A dot for each step that passed, a cross for each that did not: from ${show(least)} at the bottom to ${show(most)} at the top.</figcaption>
</figure></section>`;
}

/** Where a value stands between the least (or nothing, of a linear scale) and the most, 0 to 1. */
function scale(values: readonly number[], kind: 'linear' | 'log'): (value: number) => number {
  const of = kind === 'log' ? Math.log : (value: number) => value;
  const least = kind === 'log' ? of(Math.min(...values)) : 0;
  const span = of(Math.max(...values)) - least;
  return (value) => (span > 0 ? (of(value) - least) / span : 0.5);
}
