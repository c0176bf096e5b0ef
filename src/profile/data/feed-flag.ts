import { usageError } from '../../core/index.js';
import type { Problems } from '../problems.js';
import { type DraftFeeder, formatOf } from './draft-feeder.js';

/** Name of a feeder that no flag names: `{{row.id}}`. */
export const ROW = 'row';

const NAMED = /^([A-Za-z_][\w-]{0,63})=(.*)$/s;
const WORD = /^(.+):(sequential|random|once|keys=([A-Za-z_][\w-]*))$/s;

/**
 * Feeders of `--feed`:
 *
 * ```
 * feed  = [ name "=" ] file [ ":" order ]
 * order = "sequential" | "random" | "once" | "keys=" name      ; once: sequential, and ends with the rows
 * ```
 *
 * @returns by name; the empty name is the one that a flag did not name
 */
export function readFeeds(texts: readonly string[], problems: Problems): Map<string, DraftFeeder> {
  const feeders = new Map<string, DraftFeeder>();
  for (const text of texts) {
    problems.attempt(['--feed'], () => {
      const named = NAMED.exec(text);
      const name = named?.[1] ?? '';
      if (feeders.has(name))
        throw usageError(`two files for {{${name || ROW}.…}}`, 'name one: --feed users=users.csv');
      feeders.set(name, readFeed(named?.[2] ?? text));
    });
  }
  return feeders;
}

function readFeed(text: string): DraftFeeder {
  const [, path = text, word, keys] = WORD.exec(text) ?? [];
  if (path === '') throw usageError('expected a file such as users.csv');
  const order =
    keys !== undefined
      ? ({ kind: 'keys', keys } as const)
      : ({ kind: word === 'random' ? 'random' : 'sequential' } as const);
  return { path, file: path, format: formatOf(path), order, once: word === 'once', at: ['--feed'] };
}
