import type { Advice, Evidence, Finding } from '../../core/index.js';
import { type FindingGroup, groupsOf, placesText } from '../advice-groups.js';
import { adviceWords, gainText, unfitWords } from '../advice-words.js';
import { fixText } from '../fix-text.js';
import { experimentFigure } from './experiment-figure.js';
import { html, type Markup, nothing } from './markup.js';

const MOST_FINDINGS = 200;
const MOST_EVIDENCE = 24;
const MOST_FIX_LINES = 40;

/** In the page of a run: what `--advise` says, under a title of its own. */
export function adviceSection(advice: Advice): Markup {
  const { tone, badge, text } = adviceWords(advice);
  return html`<section aria-labelledby="advice-title">
<h2 id="advice-title">Advice</h2>
<p class="verdict ${tone}"><b>${badge}</b> ${text}</p>
${adviceParts(advice, 3)}
</section>`;
}

/** What is wrong, in the order in which to mend it, and then the rest. @param depth of its headings */
export function adviceParts(advice: Advice, depth: 2 | 3): Markup {
  const { selfChecks, findings, experiments, notes } = advice;
  const all = [...selfChecks, ...findings];
  const unfit = selfChecks.filter(({ status }) => status === 'fail');
  const open = groupsOf(findings);
  const of = (status: Finding['status']) => all.filter((finding) => finding.status === status);
  const heading = (title: string) => element(`h${depth}`, title);
  const whyOf = ({ why = '' }: Finding) => why;
  return html`${
    unfit.length === 0
      ? nothing
      : html`${heading('First the generator')}
<p class="warn">${unfitWords(unfit)}</p>
${unfit.map((first) => card({ first, also: [], more: [] }, depth))}`
  }
${open.length === 0 ? nothing : html`${heading('What to mend')}${open.slice(0, MOST_FINDINGS).map((group) => card(group, depth))}`}
${experiments.length === 0 ? nothing : html`${heading('Experiments')}${experiments.map((each) => experimentFigure(each, depth))}`}
${list(
  'Passed over',
  findings.filter(({ suppressed }) => suppressed !== undefined),
  ({ title, suppressed }) => `${title}; ${suppressed?.by}: ${suppressed?.reason}`,
)}
${list('Defects of rules', of('error'), whyOf)}
${list('Not sure', of('inconclusive'), whyOf)}
${list('Passed', of('pass'), ({ title, where }) => (where === undefined ? title : `${title} (${where})`))}
${list('Not judged', of('notApplicable'), whyOf)}
${notes.length === 0 ? nothing : html`${heading('Notes')}<ul>${notes.slice(0, MOST_FINDINGS).map((note) => html`<li>${note}</li>`)}</ul>`}`;
}

const tones = { high: 'bad', medium: 'warn', low: 'quiet' } as const;

/** A finding in full: what, how sure, as seen, why, what to paste, what it is worth. */
function card({ first, also, more }: FindingGroup, depth: 2 | 3): Markup {
  const { id, title, severity, confidence, where, evidence, why, fix, gain, source } = first;
  const head = html`<span class="${tones[severity]}">${id}</span> ${title}`;
  return html`<article class="finding">
${element(`h${depth + 1}`, head)}
<p class="quiet">${severity} · ${confidence}${where === undefined ? nothing : html` · <code>${where}</code>`}</p>
${why === undefined ? nothing : html`<p>${why}</p>`}
${seen(evidence)}
${fix === undefined ? nothing : fixMarkup(`Fix of ${id}`, fix)}
${gain === undefined ? nothing : html`<p class="good">${gainText(gain)}</p>`}
${also.length === 0 ? nothing : html`<p>The same at <code>${placesText(also, MOST_FINDINGS)}</code></p>`}
${more.length === 0 ? nothing : html`<p>More of ${id}, told in full by <code>--out</code>: <code>${placesText(more, MOST_FINDINGS)}</code></p>`}
<p class="quiet">Source: ${sourceLink(source)}</p>
</article>`;
}

function seen(evidence: Evidence): Markup {
  const items = Object.entries(evidence).filter(([, value]) => value !== null);
  if (items.length === 0) return nothing;
  return html`<dl class="seen">${items
    .slice(0, MOST_EVIDENCE)
    .map(([name, value]) => html`<div><dt>${name}</dt><dd>${String(value)}</dd></div>`)}</dl>`;
}

/** To be pasted, so its lines stay as they are. */
function fixMarkup(label: string, fix: string): Markup {
  const lines = fixText(fix).split('\n').slice(0, MOST_FIX_LINES);
  return html`<pre tabindex="0" role="region" aria-label="${label}">${lines.map((line) => html`${line}`)}</pre>`;
}

/** A rule's own, so it is known; all the same no other scheme becomes a link. */
function sourceLink(source: string): Markup {
  if (!/^https:\/\/[^\s"<>]+$/.test(source)) return html`${source}`;
  return html`<a href="${source}" rel="noopener noreferrer">${source}</a>`;
}

function list(title: string, findings: readonly Finding[], text: (finding: Finding) => string): Markup {
  if (findings.length === 0) return nothing;
  const items = findings
    .slice(0, MOST_FINDINGS)
    .map((finding) => html`<li><b>${finding.id}</b> ${text(finding)}</li>`);
  return html`<details><summary>${title} (${findings.length})</summary><ul>${items}</ul></details>`;
}

function element(name: string, content: string | Markup): Markup {
  return { markup: `<${name}>${html`${content}`.markup}</${name}>` };
}
