import { escapeText, type Feeder, suggestion, usageError } from '../../core/index.js';
import { findCell, type RowFile, readCsv, readJsonLines, rowLimits } from '../../request/index.js';
import { isMetadataText } from '../../wire/grpc/metadata.js';
import type { PlanContext } from '../context.js';
import type { Draft } from '../draft.js';
import { isToken } from '../headers.js';
import type { Problems } from '../problems.js';
import type { DraftFeeder } from './draft-feeder.js';
import { type ColumnUse, columnUses } from './uses.js';

/** The data of a draft, read. */
export interface LoadedData {
  /** The feeders that are used. */
  readonly feeders: Readonly<Record<string, Feeder>>;
  /** The columns of all of them; null: it could not be read, and there is a problem that says so. */
  readonly columns: Readonly<Record<string, readonly string[] | null>>;
}

/** Reads the files of a draft's feeders, the columns that are used and no others. */
export function loadData(draft: Draft, context: PlanContext, problems: Problems): LoadedData {
  const feeders: Record<string, Feeder> = {};
  const columns: Record<string, readonly string[] | null> = {};
  const names = Object.keys(draft.data);
  const uses = columnUses(draft.operations, (name) => names.includes(name));
  for (const name of draft.dataNames) columns[name] = null;
  for (const [name, feeder] of Object.entries(draft.data)) {
    const own = uses.filter((use) => use.feeder === name);
    const file = problems.attempt(feeder.at, () => readRows(feeder, own, context));
    columns[name] = file?.columns ?? null;
    if (file === undefined) continue;
    checkOrder(feeder, file, draft, problems);
    if (own.length === 0) continue;
    const { file: shown, order, once } = feeder;
    feeders[name] = { file: shown, order, once, table: file.table };
  }
  return { feeders, columns };
}

function readRows(
  { path, file, format }: DraftFeeder,
  uses: readonly ColumnUse[],
  context: PlanContext,
): RowFile {
  const content = context.readFile(path, rowLimits.maxBytes);
  const read = format === 'csv' ? readCsv : readJsonLines;
  const rows = read({
    bytes: Buffer.from(content.buffer, content.byteOffset, content.length),
    name: file,
    wanted: new Set(uses.map(({ column }) => column)),
    limits: rowLimits,
  });
  for (const use of uses) checkCells(use, file, rows);
  return rows;
}

/** What may not be in a value, by where it goes. */
const wrong: Readonly<Record<ColumnUse['place'], ((value: string) => boolean) | null>> = {
  method: (value) => !isToken(value),
  // Whatever may not stand there is percent-encoded.
  path: null,
  body: null,
  header: (value) => /[\0-\x08\x0a-\x1f\x7f]/.test(value),
  metadata: (value) => !isMetadataText(value),
  'binary metadata': (value) => !/^[0-9A-Za-z+/=]*$/.test(value),
};

const expected: Readonly<Record<ColumnUse['place'], string>> = {
  method: 'is no method',
  path: '',
  body: '',
  header: 'holds a line break or another control character',
  metadata: 'is not printable ASCII',
  'binary metadata': 'is no base64',
};

/** Refuses values that a request could not hold, before any is sent. */
function checkCells({ column, place, header }: ColumnUse, file: string, { table, lines }: RowFile): void {
  const isWrong = wrong[place];
  const index = table.columns.indexOf(column);
  if (isWrong === null || index < 0) return;
  const row = findCell(table, index, isWrong);
  if (row < 0) return;
  const where =
    header === ''
      ? 'the method'
      : `${place === 'header' ? 'the header' : 'the metadata'} ${escapeText(header)}`;
  const what = `"${escapeText(column, { maxLength: 60 })}"`;
  throw usageError(`${escapeText(file)}:${lines[row]}: ${what} goes into ${where}, and ${expected[place]}`);
}

function checkOrder(
  { at, order, once }: DraftFeeder,
  { table }: RowFile,
  draft: Draft,
  problems: Problems,
): void {
  const place = at[0] === '--feed' ? at : [...at, 'order'];
  if (once && order.kind !== 'sequential') {
    problems.add(at, 'once is for rows that are taken in order', 'leave once or the order out');
  }
  if (order.kind !== 'keys') return;
  if (!draft.keyNames.includes(order.keys)) {
    problems.add(
      place,
      'no keys of this name',
      draft.keyNames.length > 0 ? suggestion(order.keys, draft.keyNames) : undefined,
    );
    return;
  }
  const n = Object.hasOwn(draft.keys, order.keys) ? (draft.keys[order.keys]?.n ?? 0) : 0;
  if (n > table.rows) {
    const hint = `give the keys n=${table.rows}, or fewer`;
    problems.add(place, `{{${order.keys}}} has ${n} keys, and there are ${table.rows} rows`, hint);
  }
}
