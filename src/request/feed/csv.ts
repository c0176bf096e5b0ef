import { escapeText } from '../../core/index.js';
import { atLine, checkRowFile, type RowFile, type RowSource, textStart } from './file.js';
import { TableBuilder } from './table.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const CR = 0x0d;
const LF = 0x0a;

const MAX_COLUMNS = 10_000;

/** What a field is given to: its parts, then its end. */
interface FieldTaker {
  part(from: number, to: number): void;
  end(): void;
}

/**
 * Comma-separated values (RFC 4180) with a header line:
 *
 * ```
 * file   = [ BOM ] header { record }            ; lines end in CRLF or LF, the last need not
 * record = field { "," field }                  ; as many as the header has; empty lines are passed over
 * field  = { any but , " CR LF } | DQUOTE { any but DQUOTE | 2DQUOTE } DQUOTE
 * ```
 *
 * @throws ZipfireError `usage` with the line
 */
export function readCsv(source: RowSource): RowFile {
  checkRowFile(source);
  const reader = new CsvReader(source);
  const header = readHeader(reader, source);
  const kept = header.flatMap((column, i) => (source.wanted.has(column) ? [i] : []));
  const builder = new TableBuilder(
    source,
    kept.map((i) => header[i] as string),
  );
  const keep = Uint8Array.from(header, (_, i) => (kept.includes(i) ? 1 : 0));
  let field = 0;
  const taker: FieldTaker = {
    part(from, to) {
      if (keep[field] === 1) builder.copy(from, to);
    },
    end() {
      if (keep[field] === 1) builder.endCell();
      field++;
    },
  };
  while (reader.next()) {
    const { line } = reader;
    field = 0;
    reader.record(taker);
    if (field !== header.length) throw ragged(source.name, line, field, header.length);
    builder.endRow(line);
  }
  return builder.finish(header, reader.line);
}

function readHeader(reader: CsvReader, { bytes, name }: RowSource): string[] {
  const header: string[] = [];
  let field = '';
  if (reader.next()) {
    reader.record({
      part(from, to) {
        field += bytes.toString('utf8', from, to);
      },
      end() {
        header.push(columnName(field));
        field = '';
      },
    });
  }
  if (header.length === 0) throw atLine(name, 1, 'no header line', 'the first line names the columns');
  if (header.length > MAX_COLUMNS) throw atLine(name, 1, `more than ${MAX_COLUMNS} columns`);
  header.forEach((column, i) => {
    if (column === '')
      throw atLine(name, 1, `column ${i + 1} has no name`, 'the first line names the columns');
    if (header.indexOf(column) < i) throw atLine(name, 1, `two columns "${escapeText(column)}"`);
  });
  return header;
}

/** A name as templates can say it: words set apart by single blanks. */
function columnName(field: string): string {
  return field.trim().replace(/\s+/g, ' ');
}

function ragged(name: string, line: number, read: number, expected: number): Error {
  const fields = `${read} field${read === 1 ? '' : 's'}`;
  return atLine(
    name,
    line,
    `${fields}, and the header has ${expected}`,
    'a field that holds a comma stands in quotes',
  );
}

class CsvReader {
  readonly #bytes: Buffer;
  readonly #name: string;
  #at: number;
  /** Of the record that is next. */
  line = 1;

  constructor({ bytes, name }: RowSource) {
    this.#bytes = bytes;
    this.#name = name;
    this.#at = textStart(bytes);
  }

  /** Goes to the next record, past empty lines; false at the end of the file. */
  next(): boolean {
    const bytes = this.#bytes;
    for (;;) {
      const first = bytes[this.#at];
      if (first === undefined) return false;
      const isBreak = first === LF || (first === CR && bytes[this.#at + 1] === LF);
      if (!isBreak) return true;
      this.#at += first === LF ? 1 : 2;
      this.line++;
    }
  }

  record(taker: FieldTaker): void {
    const bytes = this.#bytes;
    for (;;) {
      if (bytes[this.#at] === QUOTE) this.#quoted(taker);
      else this.#plain(taker);
      taker.end();
      const after = bytes[this.#at];
      if (after !== COMMA) break;
      this.#at++;
    }
    this.#endLine();
  }

  #plain(taker: FieldTaker): void {
    const bytes = this.#bytes;
    const from = this.#at;
    let at = from;
    for (; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === COMMA || byte === LF || byte === CR) break;
      if (byte === QUOTE) {
        const hint = 'put the whole field in quotes, and double those in it';
        throw atLine(this.#name, this.line, 'a quote within a field that does not begin with one', hint);
      }
    }
    this.#at = at;
    taker.part(from, at);
  }

  #quoted(taker: FieldTaker): void {
    const bytes = this.#bytes;
    const began = this.line;
    let from = this.#at + 1;
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === LF) this.line++;
      if (byte !== QUOTE) continue;
      taker.part(from, at);
      if (bytes[at + 1] !== QUOTE) {
        this.#at = at + 1;
        return;
      }
      // Of two quotes the second is the first byte of the next part.
      from = ++at;
    }
    throw atLine(this.#name, began, 'a quote that is not closed');
  }

  #endLine(): void {
    const bytes = this.#bytes;
    const byte = bytes[this.#at];
    if (byte === undefined) return;
    if (byte === CR && bytes[this.#at + 1] === LF) this.#at += 2;
    else if (byte === LF) this.#at++;
    else if (byte === CR) throw atLine(this.#name, this.line, 'a carriage return without a line feed');
    else
      throw atLine(
        this.#name,
        this.line,
        'text after a closing quote',
        'double a quote that is part of a field',
      );
    this.line++;
  }
}
