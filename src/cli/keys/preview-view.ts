import { formatCount, formatPercent, type KeySpec, NO_DATA } from '../../core/index.js';
import type { KeyPreview } from '../../keys/preview/index.js';
import { type Column, cut, labelled, table, wrap } from '../../report/layout.js';
import { createStyle, foldToAscii, type Style, type TerminalOptions } from '../../report/style.js';
import { describeShape } from './describe.js';
import { plotRanks } from './plot.js';

/** Below this the draws are not what they should be; by chance one preview in a thousand is. */
const LEAST_P = 0.001;
const LABEL_WIDTH = 10;

/** A preview for a person at a terminal: whether the keys are what was asked for, then what they are. */
export function renderPreview(spec: KeySpec, preview: KeyPreview, options: TerminalOptions): string {
  const style = createStyle(options);
  const paragraphs = [
    verdict(spec, preview, style),
    renderPlot(preview, style),
    shares(preview, style),
    caches(preview, style),
  ];
  const text = paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => cut(line, style.width)).join('\n'))
    .join('\n\n');
  return `${style.unicode ? text : fold(text)}\n`;
}

function verdict(spec: KeySpec, { draws, agreement, isSteady }: KeyPreview, style: Style): string[] {
  const what = describeShape(spec);
  const drawn = `${formatCount(draws)} keys drawn`;
  if (agreement === null) {
    const why = isSteady ? 'too few draws to test' : 'popularity moves too often to be tested';
    return wrap(`${style.warn('?')} ${what}: ${drawn}, ${why}`, style.width);
  }
  const { p, freedom } = agreement;
  const test = `chi-square p ${p < 0.0001 ? '< 0.0001' : p.toFixed(p < 0.01 ? 4 : 2)}, ${formatCount(freedom + 1)} cells`;
  const mark = p >= LEAST_P ? style.good('✓') : style.bad('✗');
  const says = p >= LEAST_P ? 'follow' : 'do not follow';
  return wrap(`${mark} ${drawn} ${says} ${style.strong(what)}: ${test}`, style.width);
}

/** The plot and what its marks mean. */
export function renderPlot({ counts, draws, shareAtPlace, n, isSteady }: KeyPreview, style: Style): string[] {
  const [dot, circle] = style.unicode ? ['·', '●'] : ['.', 'o'];
  const drawn = {
    at: (rank: number) => (counts[rank - 1] ?? 0) / draws,
    end: counts.length,
    mark: circle as string,
    paint: style.drawing,
  };
  const exact = {
    at: (rank: number) => shareAtPlace(rank - 1),
    end: n,
    mark: dot as string,
    paint: style.quiet,
  };
  const when = isSteady ? '' : ' at the first hit';
  return [
    style.quiet('share of the hits by rank, both logarithmic'),
    ...plotRanks([drawn, exact], style),
    `${' '.repeat(11)}${style.drawing(drawn.mark)}${style.quiet(' drawn, by count')}   ${style.quiet(`${exact.mark} exact${when}`)}`,
  ];
}

function shares({ top, distinct }: KeyPreview, style: Style): string[] {
  const rows = [
    ...top.map(({ k, drawn, exact }) => [
      k === 1 ? 'top key' : `top ${k}`,
      formatPercent(drawn),
      exact === null ? NO_DATA : formatPercent(exact),
    ]),
    [
      'distinct',
      formatCount(distinct.drawn),
      distinct.exact === null ? NO_DATA : formatCount(Math.round(distinct.exact)),
    ],
  ];
  return table(columnsOf(['', 'drawn', 'exact'], rows, style), style.width);
}

function caches({ caches: all, draws }: KeyPreview, style: Style): string[] {
  if (all.length === 0) return [];
  const rows = all.map(({ size, lru, lfu, best, isCold }) => [
    `${formatCount(size)}${isCold ? ' *' : ''}`,
    formatPercent(lru),
    formatPercent(lfu),
    best === null ? NO_DATA : formatPercent(best),
  ]);
  const notes = [
    `hit ratio over the second half of the draws; the first ${formatCount(Math.floor(draws / 2))} warm the cache`,
    ...(all.some(({ isCold }) => isCold) ? ['* still filling after that: more --draws show it warm'] : []),
  ];
  return [
    ...table(columnsOf(['cache, keys', 'LRU', 'LFU', 'best'], rows, style), style.width),
    ...labelled(
      '',
      notes.flatMap((note) => wrap(note, style.width)),
      0,
    ).map(style.quiet),
  ];
}

function columnsOf(titles: readonly string[], rows: readonly (readonly string[])[], style: Style): Column[] {
  return titles.map((title, i) => ({
    title: style.quiet(title.padStart(i === 0 ? 0 : LABEL_WIDTH)),
    cells: rows.map((row) => row[i] ?? ''),
    align: i === 0 ? 'left' : 'right',
    rank: 0,
  }));
}

/** The plot's marks are ASCII already. */
function fold(text: string): string {
  return foldToAscii(text);
}
