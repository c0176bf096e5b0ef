import { stripVTControlCharacters } from 'node:util';

/** Characters that take two columns: East Asian wide ones and emoji. */
const wide =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Emoji_Presentation}\u3000-\u303e\u30a0-\u30ff\uff01-\uff60\uffe0-\uffe6]/u;
const combining = /\p{M}/u;
const ESC = '\x1b';
const sgr = new RegExp(`(${ESC}\\[[\\d;]*m)`);

/** Columns a text takes on a terminal, SGR codes aside. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of stripVTControlCharacters(text)) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): number {
  if (character <= '\x7e') return 1;
  if (combining.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - textWidth(text))) + text;
}

/** Cuts a text that may hold SGR codes to `width` columns, ending in `…`; every code is kept, so colours close. */
export function cut(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let left = width - 1;
  let full = false;
  const kept = text.split(sgr).map((piece, index) => {
    // `split` with a capture puts the codes at the odd places.
    if (index % 2 === 1) return piece;
    let end = '';
    for (const character of full ? '' : piece) {
      left -= characterWidth(character);
      if (left < 0) {
        full = true;
        return width > 0 ? `${end}…` : end;
      }
      end += character;
    }
    return end;
  });
  return kept.join('');
}

/** Joins items with ` · ` and breaks between items (and within one at spaces) where the width ends. */
export function flow(items: readonly string[], width: number, separator = ' · '): string[] {
  const lines: string[] = [];
  let line = '';
  for (const item of items) {
    const joined = line === '' ? item : line + separator + item;
    if (textWidth(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    const wrapped = wrap(item, width);
    lines.push(...wrapped.slice(0, -1));
    line = wrapped.at(-1) ?? '';
  }
  if (line !== '') lines.push(line);
  return lines;
}

/** Breaks prose at spaces, and a word that is longer than the width (a URL) where the width ends. */
export function wrap(text: string, width: number): string[] {
  if (textWidth(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (textWidth(joined) <= width) {
      line = joined;
    } else {
      if (line !== '') lines.push(line);
      const pieces = breakWord(word, width);
      lines.push(...pieces.slice(0, -1));
      line = pieces.at(-1) ?? '';
    }
  }
  if (line !== '') lines.push(line);
  return lines;
}

function breakWord(word: string, width: number): string[] {
  // A coloured word would lose its colour at the break; those are short labels of our own.
  if (textWidth(word) <= width || sgr.test(word)) return [cut(word, width)];
  const pieces: string[] = [];
  let piece = '';
  let left = width;
  for (const character of word) {
    const size = characterWidth(character);
    if (size > left && piece !== '') {
      pieces.push(piece);
      piece = '';
      left = width;
    }
    piece += character;
    left -= size;
  }
  return [...pieces, piece];
}

/** Puts a label before the first line and its width of spaces before the others. */
export function labelled(label: string, lines: readonly string[], labelWidth: number): string[] {
  return lines.map((line, index) => padEnd(index === 0 ? label : '', labelWidth) + line);
}

export interface Column {
  readonly title: string;
  readonly cells: readonly string[];
  readonly align: 'left' | 'right';
  /** When the table is too wide, the column of the highest number goes first; 0 stays always. */
  readonly rank: number;
}

/** Rows of aligned columns, the titles first, of at most `width` columns as far as ranks allow. */
export function table(columns: readonly Column[], width: number, gap = 2): string[] {
  let shown = columns.map((column) => ({ column, width: columnWidth(column) }));
  const total = () => shown.reduce((sum, each) => sum + each.width, gap * (shown.length - 1));
  while (total() > width) {
    const worst = Math.max(...shown.map((each) => each.column.rank));
    if (worst === 0) break;
    shown = shown.filter((each) => each.column.rank !== worst);
  }
  const rows = Math.max(0, ...shown.map((each) => each.column.cells.length));
  const line = (cellOf: (column: Column) => string) =>
    shown
      .map(({ column, width: size }) =>
        column.align === 'left' ? padEnd(cellOf(column), size) : padStart(cellOf(column), size),
      )
      .join(' '.repeat(gap))
      .trimEnd();
  return [
    line((column) => column.title),
    ...Array.from({ length: rows }, (_, row) => line((column) => column.cells[row] ?? '')),
  ];
}

function columnWidth(column: Column): number {
  return Math.max(textWidth(column.title), ...column.cells.map(textWidth));
}
