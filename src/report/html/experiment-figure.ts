import { type Experiment, type ExperimentArm, formatRate, formatUs, NO_DATA } from '../../core/index.js';
import { html, type Markup, nothing, tableMarkup } from './markup.js';

const MOST_ARMS = 24;
const MOST_RUNS = 200;
/** Room at both ends of a strip for the dots there, in percent. */
const MARGIN = 2;

interface Measure {
  readonly title: string;
  readonly of: (arm: ExperimentArm) => readonly (number | null)[];
  readonly text: (value: number | null) => string;
}

const measures: readonly Measure[] = [
  { title: 'QPS', of: ({ qps }) => qps, text: formatRate },
  { title: 'P99', of: ({ p99Us }) => p99Us, text: (us) => formatUs(us) },
];

/**
 * Settings that were compared: a strip for each arm with a dot for each run and a line at the median, all on one
 * scale, so that one sees whether they overlap. Drawn as SVG in the markup: it needs no script, and lengths in percent
 * fit every width.
 */
export function experimentFigure(experiment: Experiment, depth: 2 | 3): Markup {
  const { name, arms, verdict, conclusion } = experiment;
  const heading: Markup = { markup: `<h${depth + 1}>${html`${name}`.markup}</h${depth + 1}>` };
  return html`${heading}
<p class="${verdict === '~' ? 'quiet' : 'good'}">${conclusion}</p>
${measures.map((measure) => strips(experiment, measure))}
<details><summary>As a table</summary>${tableMarkup(
    `Runs of ${name}`,
    ['setting', 'runs', 'QPS, median', 'QPS, least', 'QPS, most', 'P99, median'],
    arms.slice(0, MOST_ARMS).map((arm) => {
      const qps = known(arm.qps);
      return [
        arm.name,
        String(arm.qps.length),
        formatRate(median(qps)),
        formatRate(qps[0] ?? null),
        formatRate(qps.at(-1) ?? null),
        formatUs(median(known(arm.p99Us))),
      ];
    }),
  )}</details>`;
}

function strips({ name, arms, verdict, tied }: Experiment, { title, of, text }: Measure): Markup {
  const shown = arms.slice(0, MOST_ARMS).map((arm) => ({ arm, values: known(of(arm)) }));
  const all = shown.flatMap(({ values }) => values);
  if (all.length === 0) return nothing;
  const least = all.reduce((a, b) => Math.min(a, b));
  const most = all.reduce((a, b) => Math.max(a, b));
  const at = (value: number) =>
    `${(MARGIN + (100 - 2 * MARGIN) * (most > least ? (value - least) / (most - least) : 0.5)).toFixed(2)}%`;
  const rows = shown.map(({ arm, values }) => {
    const middle = median(values);
    const runs = values.length === 1 ? '1 run' : `${values.length} runs`;
    const inWords = `${title} of ${arm.name}: ${middle === null ? NO_DATA : text(middle)} in the middle of ${runs}`;
    return html`<div class="arm${arm.name === verdict || tied.includes(arm.name) ? ' best' : ''}">
<p>${arm.name} <span class="quiet">${middle === null ? NO_DATA : text(middle)}</span></p>
<svg role="img" aria-label="${inWords}" width="100%" height="24"><line class="rail" x1="0" x2="100%" y1="12" y2="12"/>${values
      .slice(0, MOST_RUNS)
      .map((value) => html`<circle cx="${at(value)}" cy="12" r="5"/>`)}${
      middle === null
        ? nothing
        : html`<line class="median" x1="${at(middle)}" x2="${at(middle)}" y1="1" y2="23"/>`
    }</svg>
</div>`;
  });
  return html`<figure class="arms" aria-label="${`${title} by setting, ${name}`}">
${rows}
<figcaption>${title}, a dot for each run: from ${text(least)} on the left to ${text(most)} on the right.</figcaption>
</figure>`;
}

/** The values there are, rising. */
function known(values: readonly (number | null)[]): readonly number[] {
  return values.filter((value) => value !== null).toSorted((a, b) => a - b);
}

function median(rising: readonly number[]): number | null {
  const low = rising[Math.floor((rising.length - 1) / 2)];
  const high = rising[Math.floor(rising.length / 2)];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
