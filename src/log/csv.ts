import { mostOf } from './sample.js';

const DELIMITERS = ['\t', ',', ';', '|'];

/** The cells of a header line. */
export function headerCells(line: string, delimiter: string): string[] {
  return line.split(delimiter).map((cell) =>
    cell
      .trim()
      .replace(/^"(.*)"$/s, '$1')
      .replaceAll('""', '"'),
  );
}

/** The one that every line of a sample has equally often; undefined where none is. */
export function delimiterOf(sample: readonly string[]): string | undefined {
  return DELIMITERS.find((delimiter) => {
    const cells = headerCells(sample[0] ?? '', delimiter).length;
    // Quoted cells may hold it too.
    return cells > 1 && mostOf(sample, (line) => line.split(delimiter).length >= cells);
  });
}

/** The cells of a line (RFC 4180; no cell holds a line break); null where its quotes do not match. */
export function cellsOfLine(line: string, delimiter: string): string[] | null {
  const cells: string[] = [];
  for (let at = 0; at <= line.length; ) {
    const end = line[at] === '"' ? endOfQuoted(line, at) : line.indexOf(delimiter, at);
    const to = end === -1 && line[at] !== '"' ? line.length : end;
    if (to === -1 || (to < line.length && line[to] !== delimiter)) return null;
    cells.push(line[at] === '"' ? line.slice(at + 1, to - 1).replaceAll('""', '"') : line.slice(at, to));
    at = to + 1;
  }
  return cells;
}

/** Behind the closing quote; −1 where there is none. */
function endOfQuoted(line: string, from: number): number {
  for (let at = line.indexOf('"', from + 1); at !== -1; at = line.indexOf('"', at + 2)) {
    if (line[at + 1] !== '"') return at + 1;
  }
  return -1;
}
