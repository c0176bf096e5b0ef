import type { RowTable } from '../../core/index.js';
import { atLine, type RowFile, type RowSource, tooManyRows } from './file.js';

const FIRST_ROWS = 1024;

/** Takes the cells of a file one after the other, in the order of `columns`, and row by row. */
export class TableBuilder {
  readonly #source: RowSource;
  readonly #columns: readonly string[];
  readonly #maxRows: number;
  #bytes: Buffer;
  #used = 0;
  #ends: Uint32Array;
  #cells = 0;
  #lines = new Uint32Array(FIRST_ROWS);
  #rows = 0;

  /** @param columns those that are kept */
  constructor(source: RowSource, columns: readonly string[]) {
    this.#source = source;
    this.#columns = columns;
    const { maxRows, maxCells } = source.limits;
    this.#maxRows = Math.min(maxRows, Math.floor(maxCells / Math.max(1, columns.length)));
    // Most of a file is in its cells, of those that are not used and their quotes nothing.
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(64, Math.ceil(source.bytes.length / 4)));
    this.#ends = new Uint32Array(FIRST_ROWS * Math.max(1, columns.length));
  }

  /** Adds to the cell that is open. */
  copy(from: number, to: number): void {
    this.#reserve(to - from);
    this.#source.bytes.copy(this.#bytes, this.#used, from, to);
    this.#used += to - from;
  }

  /** The same with a text. */
  write(text: string): void {
    this.#reserve(Buffer.byteLength(text));
    this.#used += this.#bytes.write(text, this.#used);
  }

  endCell(): void {
    if (this.#cells === this.#ends.length) this.#ends = doubled(this.#ends);
    this.#ends[this.#cells++] = this.#used;
  }

  /** @param line that the row begins on */
  endRow(line: number): void {
    if (this.#rows === this.#maxRows) {
      throw tooManyRows(this.#source.name, this.#source.limits, this.#columns.length);
    }
    if (this.#rows === this.#lines.length) this.#lines = doubled(this.#lines);
    this.#lines[this.#rows++] = line;
  }

  /** @param columns all that there are. @throws ZipfireError `usage` when there is no row */
  finish(columns: readonly string[], line: number): RowFile {
    if (this.#rows === 0) throw atLine(this.#source.name, line, 'no rows');
    const bytes = shared(this.#bytes.subarray(0, this.#used));
    const ends = new Uint32Array(new SharedArrayBuffer(this.#cells * 4));
    ends.set(this.#ends.subarray(0, this.#cells));
    const table = { columns: this.#columns, rows: this.#rows, bytes, ends };
    return {
      columns,
      table: { ...table, plain: plainColumns(table) },
      lines: this.#lines.subarray(0, this.#rows),
    };
  }

  #reserve(size: number): void {
    if (this.#used + size <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#used + size, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, this.#used);
    this.#bytes = larger;
  }
}

/** Where a cell begins; it ends where `ends` says. */
function cellStart(
  { columns, ends }: Pick<RowTable, 'columns' | 'ends'>,
  row: number,
  column: number,
): number {
  const cell = row * columns.length + column;
  return cell === 0 ? 0 : (ends[cell - 1] as number);
}

/** Cuts the cells of a column out of a table, as byte strings. */
export function createCells(table: RowTable, column: number): (row: number) => string {
  const { ends, columns } = table;
  const bytes = Buffer.from(table.bytes.buffer, table.bytes.byteOffset, table.bytes.length);
  const width = columns.length;
  return (row) => {
    const cell = row * width + column;
    return bytes.toString('latin1', cell === 0 ? 0 : ends[cell - 1], ends[cell]);
  };
}

/** The first row of a column that `isWrong`; -1 when there is none. */
export function findCell(table: RowTable, column: number, isWrong: (value: string) => boolean): number {
  const cellOf = createCells(table, column);
  for (let row = 0; row < table.rows; row++) if (isWrong(cellOf(row))) return row;
  return -1;
}

/** Unreserved characters of RFC 3986, section 2.3, by byte. */
const unreserved = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[\w\-.~]/.test(String.fromCharCode(byte)) ? 1 : 0,
);

function plainColumns(table: Omit<RowTable, 'plain'>): boolean[] {
  const { columns, rows, bytes, ends } = table;
  return columns.map((_, column) => {
    for (let row = 0; row < rows; row++) {
      const end = ends[row * columns.length + column] as number;
      for (let at = cellStart(table, row, column); at < end; at++) {
        if (unreserved[bytes[at] as number] === 0) return false;
      }
    }
    return true;
  });
}

function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

function doubled(list: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * list.length);
  larger.set(list);
  return larger;
}
