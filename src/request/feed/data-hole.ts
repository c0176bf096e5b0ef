import type { Hole } from '../template.js';

/** A hole that names a column of a feeder. */
export interface DataHole {
  readonly feeder: string;
  readonly column: string;
  /** `{{raw urls.path}}`: reserved characters stay as they are in a request target. */
  readonly raw: boolean;
}

/**
 * What a hole says of data: `{{users.id}}`, and for columns whose names have blanks `{{users.first name}}`.
 * Null when it names no feeder.
 */
export function dataHole(
  { name, args }: Pick<Hole, 'name' | 'args'>,
  isFeeder: (name: string) => boolean,
): DataHole | null {
  const raw = name === 'raw';
  const [path = '', ...rest] = raw ? args : [name, ...args];
  const dot = path.indexOf('.');
  const feeder = dot < 0 ? path : path.slice(0, dot);
  if (!isFeeder(feeder)) return null;
  const column = dot < 0 ? '' : [path.slice(dot + 1), ...rest].join(' ');
  return { feeder, column, raw };
}
