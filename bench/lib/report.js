/** Figures as lines for a terminal and as a table for bench/README.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { kept, number, promiseText, seenText } from './figures.js';

/** @param {import('./figures.js').Figure} figure */
export function line(figure) {
  const sides = figure.ours ? `${figure.ours} : ${figure.peer}` : '';
  const seen = seenText(figure);
  const asked = figure.promise ? `${promiseText(figure)}  ${judgement(figure)}` : '';
  return `  ${figure.what.padEnd(44)} ${seen.padEnd(26)} ${sides.padEnd(22)} ${asked}`.trimEnd();
}

function judgement(figure) {
  if (kept(figure)) return 'kept';
  const { seen, promise, unit } = figure;
  const limit =
    seen.median < (promise.atLeast ?? Number.NEGATIVE_INFINITY) ? promise.atLeast : promise.atMost;
  return `MISSED by ${number(Math.abs(seen.median - limit))} ${unit}`;
}

/**
 * @param {readonly {title: string, figures: readonly import('./figures.js').Figure[]}[]} measured
 * @param {readonly string[]} head what was measured, on what and when
 */
export function table(measured, head) {
  const rows = measured.flatMap(({ title, figures }) =>
    figures.map((figure, i) => [
      i === 0 ? title : '',
      figure.what,
      figure.ours,
      figure.peer,
      seenText(figure),
      promiseText(figure),
      figure.promise ? judgement(figure) : '',
    ]),
  );
  const lines = [
    ['what', 'figure', 'zipfire', 'peer', 'median (least–greatest)', 'promised', ''],
    ['---', '---', '---', '---', '---', '---', '---'],
    ...rows,
  ].map((cells) => `| ${cells.join(' | ')} |`);
  return `### ${head[0]}\n\n${head.slice(1).join('  \n')}\n\n${lines.join('\n')}\n`;
}

const mark = { begin: '<!-- measured: begin -->', end: '<!-- measured: end -->' };

/** Puts a table at the head of those in a page: the last measurement comes first, and none is lost. */
export function addToPage(path, text) {
  const page = readFileSync(path, 'utf8');
  const at = page.indexOf(mark.begin);
  if (at < 0 || !page.includes(mark.end)) throw new Error(`${path} has no ${mark.begin} … ${mark.end}`);
  const cut = at + mark.begin.length;
  writeFileSync(path, `${page.slice(0, cut)}\n\n${text}${page.slice(cut).replace(/^\n/, '')}`);
}
