import { formatCount, formatPercent, NO_DATA } from '../../core/index.js';
import type { KeyFit, TriedModel } from '../../keys/fit/index.js';
import { type Column, cut, flow, labelled, table, wrap } from '../../report/layout.js';
import { createStyle, foldToAscii, type Style, type TerminalOptions } from '../../report/style.js';
import { shortNumber } from './describe.js';
import type { LogSource } from './fit-document.js';

const LABEL_WIDTH = 9;
const TOP_KEYS = 10;
/** Below this, drift is not worth a colour. */
const SOME_DRIFT = 0.1;

/** A fit for a person at a terminal: the model and how good it is, then what it was chosen from. */
export function renderFit(fit: KeyFit, source: LogSource, options: TerminalOptions): string {
  const style = createStyle(options);
  const paragraphs = [
    verdict(fit, style),
    [...logLines(fit, source, style), ...driftLines(fit, style)],
    models(fit, style),
    topKeys(fit, style),
  ];
  const text = paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => cut(line, style.width)).join('\n'))
    .join('\n\n');
  return `${style.unicode ? text : foldToAscii(text)}\n`;
}

function verdict(fit: KeyFit, style: Style): string[] {
  const [name, ...values] = headline(fit);
  const mark = { fits: style.good('✓'), close: style.good('✓'), empirical: style.warn('!') }[fit.verdict];
  const head = flow([`${mark} ${style.strong(name as string)}`, ...values], style.width, '  ');
  return [...head, ...wrap(howGood(fit), style.width - 2).map((line) => `  ${line}`)];
}

function headline({ model, alpha, n, hot, share, intervals }: KeyFit): string[] {
  const upper = intervals.n?.[1] ?? null;
  const size =
    intervals.n !== null && upper === null
      ? `n ≥ ${formatCount(n)}`
      : `n ${formatCount(n)}${range(intervals.n, formatCount)}`;
  if (model === 'hotspot') {
    return [
      'hotspot',
      `hot ${formatCount(hot)}${range(intervals.hot, formatCount)}`,
      `share ${formatPercent(share)}${range(intervals.share, (value) => formatPercent(value))}`,
      size,
    ];
  }
  if (model === 'empirical') return ['empirical', `${formatCount(n)} keys as counted`];
  if (alpha === 0) return ['uniform', '(zipf with alpha 0)', size];
  return [
    'zipf',
    `alpha ${(alpha ?? 0).toFixed(3)}${range(intervals.alpha, (value) => (value ?? 0).toFixed(3))}`,
    size,
  ];
}

/** A 95 % interval; nothing where it is a point. */
function range(
  interval: readonly [number, number | null] | null,
  show: (value: number | null) => string,
): string {
  if (interval === null) return '';
  const [low, high] = interval.map(show) as [string, string];
  return low === high ? '' : ` (${low}–${high})`;
}

function howGood({ verdict: says, ks, p, tried, isSample, intervals }: KeyFit): string {
  const off = `the share of the top k keys is off by ${formatPercent(ks)} at most`;
  const chance = p === null ? '' : `, p ${p.toFixed(2)}`;
  const size =
    intervals.n !== null && intervals.n[1] === null
      ? '; there may be any number of keys more: they are too rare to tell'
      : '';
  const sampled = isSample ? '; rare keys are a sample, there were too many to count' : '';
  if (says === 'fits') return `fits: no more off than chance allows (${off}${chance})${size}${sampled}`;
  const more = p === null ? '' : ', which is more than chance';
  if (says === 'close') return `close: ${off}${more}${chance}${size}${sampled}`;
  const best = tried.toSorted((a, b) => a.ks - b.ks)[0];
  if (best === undefined) return `too few keys came twice to tell a distribution${sampled}`;
  return `no model fits: with the closest, ${best.model}, the share of the top k keys is off by ${formatPercent(best.ks)}${sampled}`;
}

function logLines(fit: KeyFit, source: LogSource, style: Style): string[] {
  const width = style.width - LABEL_WIDTH;
  const { linesWithoutKey, linesTooLong } = source;
  const log = [
    `${style.outside(source.name)}: ${style.outside(source.about, 120)}`,
    `${formatCount(fit.requests)} requests`,
    `${formatCount(fit.distinct)} distinct keys${fit.isSample ? ' (estimated)' : ''}`,
    ...(linesWithoutKey > 0 ? [style.warn(`${lines(linesWithoutKey)} without a key`)] : []),
    ...(linesTooLong > 0 ? [style.warn(`${lines(linesTooLong)} too long to read`)] : []),
  ];
  const { top1, top10, top100 } = fit.topShares;
  const top = [
    `top key ${formatPercent(top1)}`,
    `top 10 ${formatPercent(top10)}`,
    `top 100 ${formatPercent(top100)}`,
  ];
  return [
    ...labelled(style.quiet('log'), flow(log, width), LABEL_WIDTH),
    ...labelled(style.quiet('shares'), flow(top, width), LABEL_WIDTH),
  ];
}

function lines(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'line' : 'lines'}`;
}

function driftLines({ drift }: KeyFit, style: Style): string[] {
  const width = style.width - LABEL_WIDTH;
  const text =
    drift === null
      ? `${NO_DATA}  no key is frequent enough to tell`
      : `${drift.drift.toFixed(2)}  ${driftWords(drift.drift, drift.toNext, drift.windows)}`;
  const paint = (drift?.drift ?? 0) < SOME_DRIFT ? (line: string) => line : style.warn;
  return labelled(style.quiet('drift'), wrap(text, width).map(paint), LABEL_WIDTH);
}

function driftWords(drift: number, toNext: number, windows: number): string {
  if (drift < SOME_DRIFT) return `the same keys are hot all along (${windows} windows)`;
  const extent = drift > 0.9 ? 'any two windows have other hot keys' : 'the hot keys change';
  return `${extent}: between windows next to each other, 1/${windows} of the log, it is ${toNext.toFixed(2)}`;
}

function models({ tried }: KeyFit, style: Style): string[] {
  if (tried.length === 0) return [];
  const column = (title: string, align: Column['align'], cellOf: (model: TriedModel) => string): Column => ({
    title: style.quiet(title),
    cells: tried.map(cellOf),
    align,
    rank: 0,
  });
  return table(
    [
      column('model', 'left', ({ model }) => model),
      column('parameters', 'left', parameters),
      column('BIC', 'right', ({ bicAboveBest }) =>
        bicAboveBest === 0 ? 'best' : `+${formatCount(bicAboveBest)}`,
      ),
      column('KS', 'right', ({ ks }) => ks.toFixed(4)),
    ],
    style.width,
  );
}

function parameters({ n, alpha, hot, share, model }: TriedModel): string {
  const values = {
    n,
    ...(model === 'zipf' && { alpha: alpha ?? 0 }),
    ...(model === 'hotspot' && { hot: hot ?? 0, share: share ?? 0 }),
  };
  return Object.entries(values)
    .map(([name, value]) => `${name}=${shortNumber(value)}`)
    .join(' ');
}

function topKeys({ top, requests }: KeyFit, style: Style): string[] {
  const shown = top.filter(({ count }) => count > 1).slice(0, TOP_KEYS);
  if (shown.length === 0) return [];
  return table(
    [
      {
        title: style.quiet('top keys'),
        cells: shown.map(({ text, isCut }) => style.outside(isCut ? `${text}…` : text, style.width - 26)),
        align: 'left',
        rank: 0,
      },
      {
        title: style.quiet('requests'),
        cells: shown.map(({ count }) => formatCount(count)),
        align: 'right',
        rank: 0,
      },
      {
        title: style.quiet('share'),
        cells: shown.map(({ count }) => formatPercent(count / requests)),
        align: 'right',
        rank: 0,
      },
    ],
    style.width,
  );
}
