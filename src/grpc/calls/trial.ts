import type { CallHole, CompiledMessage, Plan, Values } from '../../core/index.js';
import { createCells, createVariable, dataHole } from '../../request/index.js';
import { type DynamicBuilder, prepareMessage } from '../render/index.js';

/** Renderings of one call in all; a call with more messages has each rendered once. */
const MAX_RENDERINGS = 256;
/** The same of one that is filled from rows: what is wrong in a file is often far down. */
const MAX_OF_ROWS = 100_000;

/** What the values of holes come from. */
export type TrialPlan = Pick<Plan, 'keys' | 'data' | 'seed'>;

/**
 * Renders messages for some hits, with the lowest and the highest key of each generator and the first rows of data,
 * so that a value which does not fit is found before anything is sent.
 *
 * @param names what templates may say about the method
 * @throws ZipfireError `usage` that names the field
 */
export function tryMessages(
  messages: readonly CompiledMessage[],
  holes: readonly CallHole[],
  names: Readonly<Record<string, string>>,
  plan: TrialPlan,
  build: DynamicBuilder,
): void {
  const trial = createTrial(holes, names, plan);
  const most = Math.max(MAX_RENDERINGS, Math.min(MAX_OF_ROWS, rowsUsed(holes, plan)));
  const hits = holes.length === 0 ? 1 : Math.max(2, Math.floor(most / (messages.length || 1)));
  const prepared = messages.map(({ program }) => prepareMessage(program, build));
  const varying = prepared.filter(({ fixed }) => fixed === null);
  for (let hit = 0; varying.length > 0 && hit < hits; hit++) {
    const values = trial(hit);
    for (const message of varying) message.render(values);
  }
}

/** The most rows of the data that holes are filled from; 0 without any. */
export function rowsUsed(holes: readonly CallHole[], { data = {} }: TrialPlan): number {
  const rows = holes.map((hole) => {
    const column = dataHole(hole, (name) => Object.hasOwn(data, name));
    return column === null ? 0 : (data[column.feeder]?.table.rows ?? 0);
  });
  return Math.max(0, ...rows);
}

/**
 * What holes may stand for in a hit: the lowest key in hit 0, the highest in all others, and of data row after row,
 * whatever its order.
 */
export function createTrial(
  holes: readonly CallHole[],
  names: Readonly<Record<string, string>>,
  { keys, data = {}, seed }: TrialPlan,
): (hit: number) => Values {
  const number = (n: number) => (hit: number) => (hit === 0 ? 0 : n - 1);
  const numbers = Object.fromEntries(Object.entries(keys).map(([name, { n }]) => [name, number(n)]));
  const sources = holes.map((hole): ((hit: number) => string) => {
    const column = dataHole(hole, (name) => Object.hasOwn(data, name));
    const table = column === null ? undefined : data[column.feeder]?.table;
    if (column !== null && table !== undefined) {
      const cell = createCells(table, table.columns.indexOf(column.column));
      return (hit) => cell(hit % table.rows);
    }
    const key = Object.hasOwn(keys, hole.name) ? keys[hole.name] : undefined;
    const index = numbers[hole.name];
    if (key !== undefined && index !== undefined) {
      return (hit) => byteString(key.format.replace('{}', String(index(hit))));
    }
    const name = names[hole.name] ?? '';
    return createVariable(hole, { seed, worker: 0, numbers }) ?? (() => name);
  });
  return (hit) => sources.map((source) => source(hit));
}

function byteString(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
