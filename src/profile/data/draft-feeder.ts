import type { FeederOrder } from '../../core/index.js';
import type { Path } from '../problems.js';

export type RowFormat = 'csv' | 'jsonl';

/** A feeder as it was read; its file is not opened yet. */
export interface DraftFeeder {
  /** To open. */
  readonly path: string;
  /** As given. */
  readonly file: string;
  readonly format: RowFormat;
  readonly order: FeederOrder;
  readonly once: boolean;
  /** Where it was read, for what is wrong with its file and its order. */
  readonly at: Path;
}

/** The feeders whose rows are those of a key's numbers. */
export function feedersBy(keys: string, data: Readonly<Record<string, DraftFeeder>>): string[] {
  return Object.entries(data).flatMap(([name, { order }]) =>
    order.kind === 'keys' && order.keys === keys ? [name] : [],
  );
}

/** The format that a file's name says it has; CSV when it says nothing. */
export function formatOf(file: string): RowFormat {
  return /\.(jsonl|ndjson|json)$/i.test(file) ? 'jsonl' : 'csv';
}
