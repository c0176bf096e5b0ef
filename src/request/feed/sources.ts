import { type Feeder, integerBelow, streamOf } from '../../core/index.js';
import type { ValueSource } from '../variables.js';
import { createCells } from './table.js';

/** A feeder as holes are filled from it. All of its holes in one hit have the same row. */
export interface DataSource {
  readonly columns: readonly string[];
  /** The values of a column. @param column its place in `columns` */
  values(column: number): ValueSource;
  /** Whether all of them may stand in a request target as they are. */
  isPlain(column: number): boolean;
}

/** @param numbers the numbers of keys, by generator */
export function createDataSources(
  data: Readonly<Record<string, Feeder>>,
  seed: number,
  numbers: Readonly<Record<string, (hit: number) => number>>,
): Record<string, DataSource> {
  return Object.fromEntries(
    Object.entries(data).map(([name, feeder]) => {
      const row = remembered(rowsOf(feeder, name, seed, numbers));
      const { table } = feeder;
      const source: DataSource = {
        columns: table.columns,
        values(column) {
          const cell = createCells(table, column);
          return (hit) => cell(row(hit));
        },
        isPlain: (column) => table.plain[column] === true,
      };
      return [name, source];
    }),
  );
}

/** The row of a hit. Follows from (seed, hit), so that any number of workers takes the same rows. */
function rowsOf(
  { order, table }: Feeder,
  name: string,
  seed: number,
  numbers: Readonly<Record<string, (hit: number) => number>>,
): (hit: number) => number {
  const { rows } = table;
  switch (order.kind) {
    case 'sequential':
      return (hit) => hit % rows;
    case 'random': {
      const stream = streamOf(`data ${name}`);
      return (hit) => integerBelow(rows, seed, stream, hit, 0);
    }
    case 'keys': {
      const number = numbers[order.keys];
      if (number === undefined) throw new Error(`data "${name}" is by keys that are not there`);
      return number;
    }
  }
}

/** Several holes of one hit ask for its row, one after the other. */
function remembered(row: (hit: number) => number): (hit: number) => number {
  let lastHit = -1;
  let lastRow = 0;
  return (hit) => {
    if (hit !== lastHit) {
      lastRow = row(hit);
      lastHit = hit;
    }
    return lastRow;
  };
}
